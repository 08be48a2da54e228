"""Invoices and credit notes as the staff see them: from an order's page, and without a name."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shop.invoices import pdf
from shop.invoices.models import CreditNote, Invoice


def addresses(admin):
    """Below an order's address, for whoever may see the order."""

    def invoice(request, object_id):
        order = _order(admin, request, object_id)
        return _answer(Invoice.objects.filter(order=order).first(), pdf.staffs_invoice)

    def credit_note(request, object_id, number):
        order = _order(admin, request, object_id)
        note = CreditNote.objects.filter(invoice__order=order, number=number).first()
        return _answer(note, pdf.staffs_credit_note)

    return [
        _path(admin, "<int:object_id>/invoice.pdf", invoice, "order_invoice_pdf"),
        _path(
            admin, "<int:object_id>/credit-notes/<str:number>.pdf", credit_note, "credit_note_pdf"
        ),
    ]


def links(order):
    """The papers of an order, as (number, address)."""
    invoice = Invoice.objects.filter(order=order).first()
    if invoice is None:
        return []
    notes = invoice.credit_notes.values_list("number", flat=True)
    return [
        (invoice.number, reverse("admin:order_invoice_pdf", args=[order.pk])),
        *((note, reverse("admin:credit_note_pdf", args=[order.pk, note])) for note in notes),
    ]


def _path(admin, route, view, name):
    view = admin.admin_site.admin_view(never_cache(require_GET(view)))
    return path(route, view, name=name)


def _order(admin, request, object_id):
    if not admin.has_view_permission(request):
        raise PermissionDenied
    return admin.row(request, object_id)


def _answer(paper, draw):
    if paper is None:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="{paper.number}.pdf"'}
    return HttpResponse(draw(paper), content_type="application/pdf", headers=headers)
