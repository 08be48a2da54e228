"""An order as its shopper sees it: being paid, waiting, collected, called off, bought again."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shop.checkout import again
from shop.codes import grouped
from shop.contacts.models import Contact
from shop.order.access import key_of, visible_orders
from shop.order.models import Fulfilment, Order, Status
from shop.order.statuses import InvalidTransition
from shop.payment.cancellation import BY_SHOPPER_WHILE, cancel_own_order, foresee
from shop.payment.telling import telling_payment
from shop.pickup import qr
from shop.pickup.codes import short_of, valid_code
from shop.privacy.erasure import may_erase_contact
from storefront import order_states

COMING = (Status.PENDING, Status.PAID, Status.READY)
ORDERS_A_PAGE = 20


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
    order = own_order(request, number)
    shown = _shown_order(request, order) | {"may_erase_contact": may_erase_contact(order)}
    return render(request, "storefront/orders/page.html", shown)


@never_cache
@require_GET
def order_status(request, number):
    """The part of the order's page that moves; nothing when it is as the page has seen it."""
    shown = _shown_order(request, own_order(request, number))
    if request.GET.get("seen") == shown["seen"]:
        return HttpResponse(status=204)
    return render(request, "storefront/orders/progress.html", shown)


@never_cache
@require_http_methods(["GET", "POST"])
def order_cancel(request, number):
    """Asks whether it is meant, and says what it does; a POST does it."""
    order = own_order(request, number)
    if request.method == "GET" and order.status in BY_SHOPPER_WHILE:
        shown = {"order": order, "outcome": foresee(order), "key": key_in(request)}
        return render(request, "storefront/orders/cancel.html", shown)
    if request.method == "POST":
        try:
            cancel_own_order(order)
        except InvalidTransition:
            messages.error(request, _("This order can no longer be cancelled here."))
    return redirect(address_for(request, order))


@require_POST
def order_again(request, number):
    """Put what it was for into the basket, and say what could not be had."""
    outcome = again.order_again(own_order(request, number), request.basket)
    for refusal in outcome.refusals:
        messages.warning(request, str(refusal))
    if outcome.added:
        said = ngettext(
            "%(n)d product is in your basket again.",
            "%(n)d products are in your basket again.",
            outcome.added,
        )
        messages.success(request, said % {"n": outcome.added})
    return redirect("basket")


def own_order(request, number):
    """The order with all that its page reads, for those who may see it. Raises `Http404`."""
    orders = visible_orders(request, key_in(request)).select_related("location", "invoice")
    return get_object_or_404(
        orders.prefetch_related(
            "lines",
            "discounts",
            "payments__refunds",
            "status_changes",
            "pickup_codes",
            "reveals",
            "location__hours",
            "invoice__credit_notes",
        ),
        number=number,
    )


def key_in(request):
    return request.GET.get("key", "")


def address_for(request, order):
    """The order's page, with the key that the request came with."""
    key = key_in(request)
    return order.get_absolute_url() + (f"?{urlencode({'key': key})}" if key else "")


def _shown_order(request, order):
    payment = telling_payment(order)
    state = order_states.state_of(order)
    return _stands(order, state, payment) | {
        "order": order,
        "place": order.location,
        "payment": payment,
        "is_coming": order.status in COMING,
        "is_delivery": order.fulfilment == Fulfilment.DELIVERY,
        "is_mine_to_cancel": order.status in BY_SHOPPER_WHILE,
        "address": _address(order),
        "key": key_in(request),
        "own_key": None if order.user_id else key_of(order),
        "stripe_key": settings.STRIPE_PUBLISHABLE_KEY,
        **_pickup(order),
    }


def _stands(order, state, payment):
    """How the order stands, in words and times."""
    return {
        "state": state,
        "state_template": f"storefront/orders/states/{state}.html",
        "late": order_states.late_refund_of(order),
        "came_back": bool(order_states.ending_of(order)),
        "returned_refund": order_states.returned_refund_of(payment),
        "timeline": order_states.timeline(order),
        "ended_at": _ended_at(order),
        "follows": order.status == Status.PENDING,
        "seconds_left": max(0, int((order.expires_at - timezone.now()).total_seconds())),
        # What is put off once more is shown anew.
        "seen": f"{state}-{order.extensions}" if order.extensions else state,
    }


def _pickup(order):
    """The code to collect with, as a picture and to say."""
    code = valid_code(order)
    if code is None:
        return {"code": None}
    return {
        "code": code,
        "qr": qr.as_data_uri(code),
        "short_code": grouped(short_of(code)),
        "is_overdue": code.expires_at <= timezone.now(),
    }


def _address(order):
    """Where a delivery goes, line by line; the shopper alone is shown it."""
    if order.fulfilment != Fulfilment.DELIVERY:
        return []
    contact = Contact.objects.filter(order=order).first()
    address = contact and contact.postal_address
    return address.lines if address else []


def _ended_at(order):
    """When the order took its last step so far."""
    changes = list(order.status_changes.all())
    return changes[-1].date_created if changes else order.date_placed
