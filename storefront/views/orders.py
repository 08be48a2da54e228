"""An order as its shopper sees it: being paid, waiting, collected."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shop.codes import grouped
from shop.contacts.models import Contact
from shop.invoices import pdf
from shop.invoices.models import CreditNote, Invoice
from shop.order.access import key_of, visible_orders
from shop.order.models import Fulfilment, Order, Status
from shop.payment.gateways import simulated
from shop.payment.telling import telling_payment
from shop.pickup.codes import short_of, valid_code
from shop.privacy.erasure import may_erase_contact
from storefront import order_states

COMING = (Status.PENDING, Status.PAID, Status.READY)
ORDERS_A_PAGE = 20
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
    shown = _shown_order(request, order) | {"may_erase_contact": may_erase_contact(order)}
    return render(request, "storefront/orders/page.html", shown)


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
    payment = telling_payment(order)
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
    code = valid_code(order)
    if code is None or not code.qr:
        raise Http404
    with code.qr.open() as picture:
        return HttpResponse(picture.read(), content_type="image/svg+xml")


@never_cache
@require_GET
def order_invoice(request, number):
    """The order's invoice, for those who may see the order."""
    invoice = get_object_or_404(
        Invoice.objects.filter(order__in=visible_orders(request, _key(request))).select_related(
            "order__contact"
        ),
        order__number=number,
    )
    return _as_pdf(invoice, pdf.shoppers_invoice(invoice, invoice.order))


@never_cache
@require_GET
def order_credit_note(request, number, note):
    """What the shop took back of the order's invoice, for those who may see the order."""
    orders = visible_orders(request, _key(request)).filter(number=number)
    note = get_object_or_404(
        CreditNote.objects.select_related("invoice__order__contact"),
        invoice__order__in=orders,
        number=note,
    )
    return _as_pdf(note, pdf.shoppers_credit_note(note, note.invoice.order))


def _as_pdf(paper, drawn):
    headers = {"Content-Disposition": f'inline; filename="{paper.number}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)


def _visible(request, number):
    orders = visible_orders(request, _key(request)).select_related("location", "invoice")
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


def _key(request):
    return request.GET.get("key", "")


def _shown_order(request, order):
    payment = telling_payment(order)
    code = valid_code(order)
    state = order_states.state_of(order)
    waits_for_picture = bool(code) and not code.qr
    return {
        "order": order,
        "place": order.location,
        "payment": payment,
        "late": order_states.late_refund_of(order),
        "came_back": bool(order_states.ending_of(order)),
        "state": state,
        "state_template": f"storefront/orders/states/{state}.html",
        "code": code,
        "short_code": code and grouped(short_of(code)),
        "is_coming": order.status in COMING,
        "is_overdue": bool(code) and code.expires_at <= timezone.now(),
        "is_delivery": order.fulfilment == Fulfilment.DELIVERY,
        "address": _address(order),
        "timeline": order_states.timeline(order),
        "ended_at": _ended_at(order),
        "follows": order.status == Status.PENDING or waits_for_picture,
        "seen": f"{state}{'-undrawn' if waits_for_picture else ''}",
        "key": _key(request),
        "own_key": None if order.user_id else key_of(order),
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
