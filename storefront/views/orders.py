"""An order as its shopper sees it: being paid, waiting, collected."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shop.codes import grouped
from shop.order.access import key_of, visible_orders
from shop.order.models import Ending, Order, Status
from shop.payment.gateways import simulated
from shop.payment.models import TAKEN, PaymentStatus
from shop.pickup.codes import short_of

FAILED, WAITING, EXPIRED, LATE = "failed", "waiting", "expired", "late"
COMING = (Status.PENDING, Status.PAID, Status.READY)
COLLECTABLE = (Status.PAID, Status.READY)
ORDERS_A_PAGE = 20
STEPS = {
    Status.PENDING: _("Order placed"),
    Status.PAID: _("Paid"),
    Status.READY: _("Ready to collect"),
    Status.SHIPPED: _("On its way"),
    Status.COMPLETED: _("Collected"),
    Status.CANCELLED: _("Cancelled"),
    Status.REFUNDED: _("Money sent back"),
    FAILED: _("Payment failed"),
    EXPIRED: _("Not paid in time"),
}
ENDINGS = {Ending.PAYMENT_FAILED: FAILED, Ending.EXPIRED: EXPIRED}
SAYS = {"confirm": simulated.confirm, "decline": simulated.decline}


@never_cache
@require_GET
@login_required
def orders(request):
    """The account's own orders, the latest first."""
    mine = Order.objects.of_shopper(request.user).order_by("-date_placed")
    page = Paginator(mine.select_related("location"), ORDERS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "storefront/orders/list.html", {"page": page})


@never_cache
@require_GET
def order(request, number):
    order = _visible(request, number)
    return render(request, "storefront/orders/page.html", _shown_order(request, order))


@never_cache
@require_GET
def order_status(request, number):
    """The part of the order's page that moves; nothing when it is as the page has seen it."""
    shown = _shown_order(request, _visible(request, number))
    if request.GET.get("seen") == shown["seen"]:
        return HttpResponse(status=204)
    return render(request, "storefront/orders/progress.html", shown)


@require_POST
def order_confirm(request, number):
    """What a shopper says to the simulated bank. A real one asks on pages of its own."""
    order = _visible(request, number)
    payment = _payment(order)
    say = SAYS.get(request.POST.get("answer"))
    if say is None or payment is None or payment.method != "simulated":
        raise Http404
    say(payment)
    key = _key(request)
    return redirect(order.get_absolute_url() + (f"?{urlencode({'key': key})}" if key else ""))


@never_cache
@require_GET
def order_qr(request, number):
    """The picture that the order is collected with, for those who may see the order."""
    order = get_object_or_404(visible_orders(request, _key(request)), number=number)
    code = _code(order)
    if code is None or not code.qr:
        raise Http404
    with code.qr.open() as picture:
        return HttpResponse(picture.read(), content_type="image/svg+xml")


def _visible(request, number):
    orders = visible_orders(request, _key(request)).select_related("location")
    return get_object_or_404(
        orders.prefetch_related(
            "lines",
            "discounts",
            "payments__refunds",
            "status_changes",
            "pickup_codes",
            "location__hours",
        ),
        number=number,
    )


def _key(request):
    return request.GET.get("key", "")


def _shown_order(request, order):
    payment = _payment(order)
    code = _code(order)
    state = _state(order, payment)
    waits_for_picture = bool(code) and not code.qr
    return {
        "order": order,
        "place": order.location,
        "payment": payment,
        "late": _late(order),
        "came_back": _ending(order) != "",
        "state": state,
        "state_template": f"storefront/orders/states/{state}.html",
        "code": code,
        "short_code": code and grouped(short_of(code)),
        "is_coming": order.status in COMING,
        "timeline": _timeline(order),
        "ended_at": _ended_at(order),
        "follows": order.status == Status.PENDING or waits_for_picture,
        "seen": f"{state}{'-undrawn' if waits_for_picture else ''}",
        "key": _key(request),
        "own_key": None if order.user_id else key_of(order),
    }


def _payment(order):
    """The payment that tells how the order stands: the one that paid it, else the latest."""
    payments = [payment for payment in order.payments.all() if not payment.surplus]
    paid = [payment for payment in payments if payment.status in TAKEN]
    return next(iter(paid or payments), None)


def _late(order):
    """The refund of money that came when it was not wanted any more, or None."""
    taken = [payment for payment in order.payments.all() if payment.status in TAKEN]
    came_late = order.status in (Status.CANCELLED, Status.REFUNDED) and not _was_paid(order)
    sent_back = [p for p in taken if p.surplus or came_late]
    return next((refund for p in sent_back for refund in p.refunds.all()), None)


def _was_paid(order):
    return any(change.new_status == Status.PAID for change in order.status_changes.all())


def _state(order, payment):
    """The order's status; one that came to nothing for want of money is a state of its own."""
    if order.status in (Status.CANCELLED, Status.REFUNDED) and _late(order):
        return LATE
    if order.status == Status.CANCELLED:
        return ENDINGS.get(_ending(order), Status.CANCELLED)
    asked = payment and payment.status == PaymentStatus.REQUIRES_ACTION
    if order.status == Status.PENDING and asked:
        return WAITING
    return order.status


def _ending(order):
    """Why the order was cancelled, as its history has it."""
    changes = [c for c in order.status_changes.all() if c.new_status == Status.CANCELLED]
    return changes[-1].ending if changes else ""


def _code(order):
    """The code that the order can be collected with now, or None."""
    if order.status not in COLLECTABLE:
        return None
    codes = order.pickup_codes.all()
    return next((code for code in codes if not code.voided_at and not code.used_at), None)


def _timeline(order):
    """The order's steps in words. It is the bank that ends one whose payment failed."""
    return [
        (STEPS[ENDINGS.get(change.ending, change.new_status)], change.date_created)
        for change in order.status_changes.all()
    ]


def _ended_at(order):
    """When the order took its last step so far."""
    changes = list(order.status_changes.all())
    return changes[-1].date_created if changes else order.date_placed
