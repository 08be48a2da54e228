"""What each letter tells, read when it is sent: it says what is so then."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from shop.codes import grouped
from shop.inventory.back_in_stock import withdrawal_token
from shop.inventory.models import LowStockAlert, StockRequest
from shop.mail.models import Kind
from shop.mail.week import closed_days_until, week_of
from shop.order.access import key_of
from shop.order.models import Ending, Fulfilment, Order, OrderStatusChange, Status
from shop.payment.models import Payment, Refund, RefundStatus
from shop.payment.settlement import ANOTHER_SUM
from shop.pickup.codes import short_of
from shop.reconciliation.models import ReconcileRun
from shop.staff import invitations
from shop.staff.models import Invitation
from shop.subscriptions.models import Subscription

# A letter that came too late to be true is not sent.
ONLY_WHILE = {
    Kind.READY: {Status.READY},
    Kind.REMINDER: {Status.READY},
    Kind.FINAL_NOTICE: {Status.READY},
    Kind.NEW_CODE: {Status.PAID, Status.READY},
    Kind.COMPLETED: {Status.COMPLETED, Status.REFUNDED},
}


class Pointless(Exception):
    """There is nobody, or nothing any more, to write to or about; `str()` says why."""


def facts_of(letter):
    """What a letter's subject line and templates are told. Raises `Pointless`."""
    tell = TELLING.get(letter.kind)
    if letter.order_id is None:
        return tell(letter)
    order = _read(letter.order_id)
    if not is_still_true(letter.kind, order):
        raise Pointless(f"the order is {order.status} by now")
    return _of_order(order) | (tell(letter, order) if tell else {})


def is_still_true(kind, order):
    return order.status in ONLY_WHILE.get(kind, Status)


def address_of(path):
    return settings.SITE_URL.rstrip("/") + path


def link_to(order):
    """The order's page, for whoever the letter reaches: a guest's link carries its key."""
    key = "" if order.user_id else f"?{urlencode({'key': key_of(order)})}"
    return address_of(order.get_absolute_url()) + key


def _read(pk):
    orders = Order.objects.select_related("location", "contact").prefetch_related(
        "lines", "discounts", "location__hours"
    )
    return orders.get(pk=pk)


def _of_order(order):
    return {
        "order": order,
        "number": order.number,
        "place": order.location,
        "place_name": order.location_name,
        "link": link_to(order),
        "is_delivery": order.fulfilment == Fulfilment.DELIVERY,
        # Not its lines: error reports print what a letter is told.
        "contact": order.contact,
        "vat_rates": sorted({line.vat_rate for line in order.lines.all()}),
        "week": week_of(order.location),
    }


def _code(letter, order):
    code = order.pickup_codes.filter(voided_at=None, used_at=None).first()
    if code is None:
        raise Pointless("the order has no code to collect it with any more")
    return {
        "code": code,
        "short_code": grouped(short_of(code)),
        "closed_days": closed_days_until(order.location, code.expires_at),
    }


def _ending(letter, order):
    change = OrderStatusChange.objects.get(pk=letter.subject)
    returned = sum(refund.amount for refund in _refunds_before(order, change))
    return {
        "returned": returned,
        "was_paid": Payment.objects.filter(order=order, refunds__isnull=False).exists(),
        "by_shopper": change.ending == Ending.BY_SHOPPER,
    }


def _refunds_before(order, change):
    """What an order's end sends back, without what other letters have told of."""
    refunds = Refund.objects.filter(payment__order=order, created_at__lte=change.date_created)
    told = order.letters.filter(kind=Kind.REFUNDED).values_list("subject", flat=True)
    return refunds.exclude(status=RefundStatus.FAILED).exclude(pk__in=list(told))


def _refund(letter, order):
    refund = Refund.objects.select_related("payment").get(pk=letter.subject)
    return {"refund": refund, "is_whole": refund.amount == refund.payment.amount}


def _returned_refund(letter, order):
    told = _refund(letter, order)
    if told["refund"].came_back_at is None:
        raise Pointless("the money has gone again")
    return told


def _unpaid(letter, order):
    # Erasing an account takes its baskets along.
    in_basket = order.basket_id is not None
    of_another_sum = order.payments.filter(failure_code=ANOTHER_SUM).exists()
    return {
        "in_basket": in_basket,
        "of_another_sum": of_another_sum,
        "link": address_of(reverse("basket")),
    }


def _failed_refund(letter):
    refund = Refund.objects.select_related("payment__order").get(pk=letter.subject)
    order = refund.payment.order
    return {
        "refund": refund,
        "number": order.number,
        "place_name": order.location_name,
        "link": address_of(reverse("admin:order_order_change", args=[order.pk])),
    }


def _completion(letter, order):
    change = OrderStatusChange.objects.get(pk=letter.subject)
    if order.status_changes.filter(pk__gt=change.pk, new_status=Status.READY).exists():
        raise Pointless("the hand-over was undone")
    return {"moment": change.date_created}


def _low_stock(letter):
    alert = LowStockAlert.objects.select_related(
        "stockrecord__product", "stockrecord__partner"
    ).get(pk=letter.subject)
    record = alert.stockrecord
    return {
        "product": record.product.title,
        "place_name": record.partner.name,
        "left": record.product.format_steps(alert.left),
        "threshold": record.product.format_steps(alert.threshold),
        "link": address_of(reverse("admin:partner_stockrecord_change", args=[record.pk])),
    }


def _back_in_stock(letter):
    request = StockRequest.objects.select_related("product", "location").get(pk=letter.subject)
    return {
        "product": request.product.title,
        "place_name": request.location.name,
        "link": address_of(reverse("product", args=[request.product.upc])),
        "unsubscribe": address_of(
            reverse("back_in_stock_withdraw", args=[withdrawal_token(request)])
        ),
    }


def _drift(letter):
    run = ReconcileRun.objects.get(pk=letter.subject)
    return {
        "run": run,
        "rules": sorted(run.rules.items()),
        "link": address_of(reverse("admin:index")),
    }


def _webhook_off(letter):
    subscription = Subscription.objects.get(pk=letter.subject)
    if subscription.is_on:
        raise Pointless("it is on again")
    page = reverse("admin:subscriptions_subscription_change", args=[subscription.pk])
    return {"program": subscription.name, "link": address_of(page)}


def _invitation(letter):
    found = Invitation.objects.open().select_related("role").filter(pk=letter.subject).first()
    if found is None or letter.occasion != f"letter {found.serial}":
        raise Pointless("the invitation is closed, or a later letter goes out for it")
    return {
        "role": found.role.name,
        "places": ", ".join(location.name for location in found.locations.all()),
        "until": found.expires_at,
        "link": address_of(reverse("join", args=[invitations.token_of(found)])),
    }


TELLING = {
    Kind.READY: _code,
    Kind.REMINDER: _code,
    Kind.FINAL_NOTICE: _code,
    Kind.NEW_CODE: _code,
    Kind.CANCELLED: _ending,
    Kind.NOT_COLLECTED: _ending,
    Kind.REFUNDED: _refund,
    Kind.TOO_LATE: _refund,
    Kind.REFUND_RETURNED: _returned_refund,
    Kind.COMPLETED: _completion,
    Kind.PAYMENT_FAILED: _unpaid,
    Kind.EXPIRED: _unpaid,
    Kind.REFUND_FAILED: _failed_refund,
    Kind.LOW_STOCK: _low_stock,
    Kind.BACK_IN_STOCK: _back_in_stock,
    Kind.DRIFT_FOUND: _drift,
    Kind.WEBHOOK_OFF: _webhook_off,
    Kind.INVITATION: _invitation,
}
