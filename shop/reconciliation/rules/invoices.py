"""Invoices and credit notes."""

from django.utils.translation import gettext_lazy as _

from shop.reconciliation.invariant import Invariant

INVARIANTS = [
    Invariant(
        "invoice numbers of a location and year have no gap",
        """
        SELECT series.location_id, series.year, series.series, series.serial, count(paper.serial)
        FROM invoices_lastnumber series
        LEFT JOIN (
            SELECT 'invoices' AS series, location_id, year, serial FROM invoices_invoice
            UNION ALL
            SELECT 'credit_notes', location_id, year, serial FROM invoices_creditnote
        ) paper USING (series, location_id, year)
        GROUP BY series.id
        HAVING count(paper.serial) <> series.serial
            OR min(paper.serial) <> 1 OR max(paper.serial) <> series.serial
    """,
        advice=_(
            "Tell the bookkeeper. A number that is missing is explained in writing, never "
            "given again."
        ),
    ),
    Invariant(
        "an order that was paid has its invoice, of its total",
        """
        SELECT DISTINCT placed.number, invoice.number
        FROM order_orderstatuschange paid
        JOIN order_order placed ON placed.id = paid.order_id
        LEFT JOIN invoices_invoice invoice ON invoice.order_id = placed.id
        WHERE paid.new_status = 'paid'
          AND (invoice.id IS NULL OR invoice.total <> placed.total_incl_tax)
          AND NOT EXISTS (
              SELECT FROM tasks_outboxmessage
              WHERE effect = 'issue_invoice' AND subject = placed.id::text AND done_at IS NULL)
    """,
        advice=_("Issue the invoice; one of another total is taken back by a credit note first."),
    ),
    Invariant(
        "what went back of an invoice has its credit note",
        """
        SELECT refund.id, refund.amount, note.total
        FROM payment_refund refund
        JOIN payment_payment payment ON payment.id = refund.payment_id
        JOIN invoices_invoice invoice ON invoice.order_id = payment.order_id
        LEFT JOIN invoices_creditnote note ON note.refund_id = refund.id
        WHERE refund.status = 'succeeded' AND NOT payment.surplus
          AND note.total IS DISTINCT FROM refund.amount
          AND NOT EXISTS (
              SELECT FROM tasks_outboxmessage
              WHERE effect = 'issue_credit_note' AND subject = refund.id::text AND done_at IS NULL)
    """,
        advice=_("Issue the credit note for the refund."),
    ),
    Invariant(
        "a credit note is for money that went, or is owed still",
        """
        SELECT note.number, refund.id, refund.status
        FROM invoices_creditnote note JOIN payment_refund refund ON refund.id = note.refund_id
        WHERE refund.status <> 'succeeded' AND refund.came_back_at IS NULL
    """,
        advice=_("Tell the bookkeeper. Look the refund up at its gateway."),
    ),
    Invariant(
        "an invoice's and a credit note's VAT adds up to its total",
        """
        SELECT paper.number, paper.total FROM (
            SELECT number, total, content FROM invoices_invoice
            UNION ALL SELECT number, total, content FROM invoices_creditnote
        ) paper
        WHERE paper.total <> (
            SELECT coalesce(sum((rate ->> 'gross')::numeric), 0)
            FROM jsonb_array_elements(paper.content -> 'vat') rate)
           OR EXISTS (
            SELECT FROM jsonb_array_elements(paper.content -> 'vat') rate
            WHERE (rate ->> 'net')::numeric + (rate ->> 'vat')::numeric
                  <> (rate ->> 'gross')::numeric)
    """,
        advice=_("Tell the bookkeeper. Take the paper back by a credit note, and issue it anew."),
    ),
]
