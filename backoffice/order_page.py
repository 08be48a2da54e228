"""What an order's page tells, read once: what, where, when, money, and how it came to that."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from backoffice import papers
from backoffice.formats import at, held, money, staff
from shop.catalogue.units import format_quantity, plain
from shop.countries import name_of
from shop.inventory.models import Movement
from shop.order.models import Fulfilment, Status
from shop.payment.models import RefundStatus
from shop.pickup.models import PickupCode

TONES = {
    Status.PENDING: "busy",
    Status.PAID: "warn",
    Status.READY: "good",
    Status.CANCELLED: "bad",
    Status.REFUNDED: "bad",
}


@dataclass
class OrderPage:
    order: object
    tone: str
    lines: list
    subtotal: str
    discounts: list
    total: str
    vat: list
    payments: list
    timeline: list
    movements: list
    placed: str
    promised: str
    pickup: dict | None
    papers: list
    delivery: dict | None


def read(order):
    lines = list(order.lines.select_related("stockrecord").order_by("pk"))
    before = sum((line.line_price_before_discounts_incl_tax for line in lines), Decimal(0))
    return OrderPage(
        order=order,
        tone=TONES.get(order.status, ""),
        lines=[_line(line, order) for line in lines],
        subtotal=money(before, order.currency),
        discounts=_discounts(order),
        total=money(order.total_incl_tax, order.currency),
        vat=_vat(lines, order),
        payments=_payments(order),
        timeline=_timeline(order),
        movements=_movements(order, lines),
        placed=at(order.date_placed, order.location),
        promised=at(order.promised_at, order.location),
        pickup=_pickup(order),
        papers=papers.links(order),
        delivery=_delivery(order),
    )


def _line(line, order):
    return {
        "title": line.title,
        "sku": line.upc or line.partner_sku,
        "shelf": line.stockrecord.shelf,
        "quantity": line.quantity_label,
        "returned": line.returned_label if line.returned else "",
        "unit_price": money(line.unit_price_incl_tax, order.currency),
        "unit": "" if line.unit == "piece" else line.get_unit_display(),
        "price": money(line.line_price_before_discounts_incl_tax, order.currency),
    }


def _discounts(order):
    return [
        {
            "code": discount.voucher_code,
            "name": discount.offer_name,
            "amount": money(-discount.amount, order.currency),
        }
        for discount in order.discounts.all()
    ]


def _vat(lines, order):
    rates = defaultdict(Decimal)
    for line in lines:
        rates[line.vat_rate] += line.line_price_incl_tax - line.line_price_excl_tax
    if lines:
        # A location sends at the rate that it sells at.
        rates[lines[0].vat_rate] += order.shipping_incl_tax - order.shipping_excl_tax
    return [
        {"rate": f"{plain(rate * 100)} %", "amount": money(amount, order.currency)}
        for rate, amount in sorted(rates.items())
    ]


def _payments(order):
    payments = order.payments.prefetch_related("refunds").order_by("created_at")
    return [
        {
            "payment": payment,
            "amount": money(payment.amount, payment.currency),
            "held": held(payment),
            "started": at(payment.created_at, order.location),
            "refunds": [
                _refund(refund, payment, order.location) for refund in payment.refunds.all()
            ],
        }
        for payment in payments
    ]


def _refund(refund, payment, location):
    # One that the gateway has heard of is only asked about.
    refused = refund.status == RefundStatus.PENDING and not refund.asked_at
    return {
        "refund": refund,
        "tone": "bad" if refund.status == RefundStatus.FAILED else "",
        "amount": money(refund.amount, payment.currency),
        "again": at(refund.next_attempt_at, location) if refused else "",
    }


def _timeline(order):
    changes = order.status_changes.select_related("actor").order_by("pk")
    return [
        {
            "status": Status(change.new_status).label,
            "tone": TONES.get(change.new_status, ""),
            "when": at(change.date_created, order.location),
            "actor": staff(change.actor),
            "reason": change.reason,
        }
        for change in changes
    ]


def _movements(order, lines):
    sold = {line.stockrecord_id: line for line in lines}
    movements = Movement.objects.filter(cause=order.number).select_related("actor").order_by("pk")
    return [
        {
            "record": movement.stockrecord_id,
            "kind": movement.get_kind_display(),
            "title": sold[movement.stockrecord_id].title,
            "quantity": _moved(movement, sold[movement.stockrecord_id]),
            "when": at(movement.created_at, order.location),
            "actor": staff(movement.actor),
        }
        for movement in movements
        if movement.stockrecord_id in sold
    ]


def _moved(movement, line):
    """In the unit that the line was sold in; a hand-over takes from both counts at once."""
    steps = abs(movement.in_stock_change or movement.reserved_change)
    return format_quantity(steps * line.step, line.unit)


def _delivery(order):
    """How a delivery goes, without its address: that is the contact's."""
    if order.fulfilment != Fulfilment.DELIVERY:
        return None
    return {
        "method": order.shipping_method,
        "country": name_of(order.delivery_country),
        "price": money(order.shipping_incl_tax, order.currency),
    }


def _pickup(order):
    code = PickupCode.objects.filter(order=order, voided_at=None).select_related("used_by").first()
    return code and {
        "expires": at(code.expires_at, order.location),
        "used": at(code.used_at, order.location),
        "used_by": staff(code.used_by),
    }
