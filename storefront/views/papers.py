"""What an order's shopper can take along: its QR code, a date for the calendar, its papers."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shop.invoices import pdf
from shop.invoices.models import CreditNote, Invoice
from shop.order.access import visible_orders
from shop.pickup.codes import valid_code
from storefront.calendar import event_of
from storefront.views.orders import key_in, own_order


@never_cache
@require_GET
def order_qr(request, number):
    """The picture that the order is collected with, for those who may see the order."""
    order = get_object_or_404(visible_orders(request, key_in(request)), number=number)
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
        Invoice.objects.filter(order__in=visible_orders(request, key_in(request))).select_related(
            "order__contact"
        ),
        order__number=number,
    )
    return _as_pdf(invoice, pdf.shoppers_invoice(invoice, invoice.order))


@never_cache
@require_GET
def order_credit_note(request, number, note):
    """What the shop took back of the order's invoice, for those who may see the order."""
    orders = visible_orders(request, key_in(request)).filter(number=number)
    note = get_object_or_404(
        CreditNote.objects.select_related("invoice__order__contact"),
        invoice__order__in=orders,
        number=note,
    )
    return _as_pdf(note, pdf.shoppers_credit_note(note, note.invoice.order))


def _as_pdf(paper, drawn):
    headers = {"Content-Disposition": f'inline; filename="{paper.number}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)


@never_cache
@require_GET
def order_calendar(request, number):
    """When and where it is collected, as a file that calendars take in."""
    order = own_order(request, number)
    if order.promised_at is None:
        raise Http404
    event = event_of(order, request.build_absolute_uri(order.get_absolute_url()))
    headers = {"Content-Disposition": f'attachment; filename="magpie-{order.number}.ics"'}
    return HttpResponse(event, content_type="text/calendar; charset=utf-8", headers=headers)
