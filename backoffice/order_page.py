"""What an order's page tells, read once: what, where, when, money, and how it came to that."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from backoffice import order_timeline, papers
from backoffice.formats import at, held, money, staff
from backoffice.order_list import TONES, against_promise
from shop.catalogue.units import plain
from shop.countries import name_of
from shop.order.models import Fulfilment, Status
from shop.payment.models import RefundStatus
from shop.pickup.models import PickupCode


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
    placed: str
    promised: str
    against_promise: str
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
        timeline=order_timeline.read(order, lines),
        placed=at(order.date_placed, order.location),
        promised=at(order.promised_at, order.location),
        against_promise=against_promise(order) if order.status == Status.PAID else "",
        pickup=_pickup(order),
        papers=papers.links(order),
        delivery=_delivery(order),
    )


def _line(line, order):
    return {
        "title": line.title,
        "record": line.stockrecord_id,
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
