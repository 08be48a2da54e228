"""Issuing the papers: an invoice when an order is paid, a credit note for each refund that went.

Workers do it, so that nobody who pays waits for a location's next number.
Asked twice, or by two at once, either is issued once.
"""

from django.db import transaction
from django.utils import timezone

from shop.invoices import content
from shop.invoices.models import CreditNote, Invoice
from shop.invoices.numbering import write_numbered
from shop.order.models import Order, Status
from shop.payment.models import RefundStatus


class NothingToInvoice(Exception):
    """An order that was never paid, or a refund that has not gone."""


@transaction.atomic
def issue_invoice(order):
    """The invoice of an order that was paid. Raises `NothingToInvoice`."""
    order = _lock(order.pk)
    if issued := Invoice.objects.filter(order=order).first():
        return issued
    paid = order.status_changes.filter(new_status=Status.PAID).first()
    if paid is None:
        raise NothingToInvoice(order.number)
    zone = order.location.zone
    invoice = Invoice(
        order=order,
        content=content.of_invoice(order, paid.date_created.astimezone(zone).date()),
        **_heading(order, order.total_incl_tax),
    )
    write_numbered(invoice)
    return invoice


@transaction.atomic
def issue_credit_note(refund):
    """The credit note of a refund that went, or None where no invoice had said anything.

    Money that came on top, or after its order had ended, goes back without a paper.
    Money that came back to us takes no paper back: it is the shopper's, and goes again.
    Raises `NothingToInvoice`.
    """
    if refund.status != RefundStatus.SUCCEEDED and not refund.came_back_at:
        raise NothingToInvoice(refund.pk)
    order = _lock(refund.payment.order_id)
    if issued := CreditNote.objects.filter(refund=refund).first():
        return issued
    was_paid = order.status_changes.filter(new_status=Status.PAID).exists()
    if refund.payment.surplus or not was_paid:
        return None
    invoice = issue_invoice(order)
    note = CreditNote(
        invoice=invoice,
        refund=refund,
        content=content.of_credit_note(refund, invoice, invoice.credit_notes.all()),
        **_heading(order, refund.amount),
    )
    write_numbered(note)
    return note


def _lock(pk):
    """The order, locked: who comes second finds what the first one issued."""
    rows = Order.objects.select_for_update(of=("self",)).select_related("location")
    return rows.get(pk=pk)


def _heading(order, total):
    return {
        "location": order.location,
        "issued_on": timezone.now().astimezone(order.location.zone).date(),
        "total": total,
        "currency": order.currency,
    }
