"""Webhooks: verified, stored, acknowledged; acted on afterwards, once.

1. `receive` checks that an event is the gateway's and stores it, unless it is known.
2. The caller acknowledges it: from here on the event cannot be lost.
3. A worker calls `handle`, which settles what the event speaks of.
"""

import json
import uuid

from django.db import DataError, connection, transaction
from django.utils import timezone

from shop.payment import refund_settlement
from shop.payment.gateways import BadWebhook, gateway_for
from shop.payment.models import (
    Outcome,
    Payment,
    PaymentStatus,
    Refund,
    WebhookEvent,
)
from shop.payment.settlement import doubt, settle
from shop.payment.signals import webhook_stored

UUID_LENGTH = 36
# One statement tells whether the event is new.
STORE = """
INSERT INTO payment_webhookevent (gateway, event_id, kind, payload, received_at, outcome)
VALUES (%s, %s, %s, %s, statement_timestamp(), '')
ON CONFLICT (gateway, event_id) DO NOTHING
RETURNING id
"""


def receive(gateway, body, signature):
    """Store a webhook of a payment method's gateway, once; returns whether it was new.

    Raises `BadWebhook`, and `UnknownMethod` for a gateway that is not in use.
    """
    event = gateway_for(gateway).open_webhook(body, signature)
    try:
        return _store(gateway, event)
    except DataError:
        # JSON can say what PostgreSQL cannot keep: a NUL, half a character.
        raise BadWebhook("The body cannot be stored.") from None


@transaction.atomic
def _store(gateway, event):
    with connection.cursor() as cursor:
        cursor.execute(STORE, [gateway, event.id, event.kind, json.dumps(event.payload)])
        stored = cursor.fetchone()
    if stored is None:
        return False
    webhook_stored.send(sender=WebhookEvent, event_pk=stored[0])
    return True


@transaction.atomic
def handle(stored):
    """Act on a stored event, once however often it is called."""
    # The row count decides between two workers; whoever comes second waits for it here.
    unhandled = WebhookEvent.objects.filter(pk=stored.pk, handled_at=None)
    if not unhandled.update(handled_at=timezone.now()):
        return
    payment, outcome = _act_on(stored)
    WebhookEvent.objects.filter(pk=stored.pk).update(payment=payment, outcome=outcome)


def _act_on(stored):
    try:
        notice = gateway_for(stored.gateway).read(stored)
    except BadWebhook:
        return None, Outcome.MALFORMED
    if notice is None:
        return None, Outcome.IGNORED
    if notice.refund_key:
        return _refund(stored.gateway, notice)
    return _payment(stored.gateway, notice)


def _payment(gateway, notice):
    payment = _find_payment(gateway, notice)
    if payment is None:
        return None, Outcome.UNKNOWN
    if not notice.answer.fits(payment.amount, payment.currency):
        doubt(payment, notice.answer)
        return payment, Outcome.MISMATCH
    settled = settle(payment, notice.answer)
    return payment, Outcome.SETTLED if settled else Outcome.NOTHING_NEW


def _find_payment(gateway, notice):
    payments = Payment.objects.filter(method=gateway)
    key = notice.payment_key.removeprefix("payment-")
    by_key = _by_uuid(payments, key)
    if by_key or not notice.answer.reference:
        return by_key
    return payments.filter(reference=notice.answer.reference).first()


def _refund(gateway, notice):
    key = notice.refund_key.removeprefix("refund-")
    refunds_of_gateway = Refund.objects.filter(payment__method=gateway).select_related("payment")
    # The refund's own key may go on with the number of an attempt.
    refund = _by_uuid(refunds_of_gateway, key[:UUID_LENGTH])
    if refund is None:
        return None, Outcome.UNKNOWN
    return refund.payment, _settle_refund(refund, notice)


def _settle_refund(refund, notice):
    answer = notice.answer
    if not answer.fits(refund.amount, refund.payment.currency):
        return Outcome.MISMATCH
    # An earlier attempt's no says nothing about this one, but the money that went may come back.
    is_this = notice.refund_key == refund.idempotency_key or (
        answer.reference and answer.reference == refund.reference
    )
    if answer.status != PaymentStatus.SUCCEEDED and not is_this:
        return Outcome.NOTHING_NEW
    before = refund.status
    refund_settlement.settle_refund(refund, answer)
    refund.refresh_from_db()
    return Outcome.NOTHING_NEW if refund.status == before else Outcome.SETTLED


def _by_uuid(rows, text):
    try:
        return rows.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None
