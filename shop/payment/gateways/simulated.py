"""A gateway that behaves by its tokens as a real one would over the wire. It moves no money.

Its books are `SimulatedTransaction`, one row an idempotency key; what becomes of a
key is told by webhooks as well as by answers.
"""

import secrets
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shop.payment.gateways import payloads, signatures, wire
from shop.payment.gateways.base import (
    Answer,
    BadWebhook,
    CannotCharge,
    NoAnswer,
    Notice,
    UnknownToken,
)
from shop.payment.gateways.scenarios import SCENARIOS
from shop.payment.models import UNSETTLED, PaymentStatus, SimulatedTransaction

MOST = Decimal(10) ** 10
PLAIN = SCENARIOS["sim_ok"]


class SimulatedGateway:
    def check_token(self, token):
        if token not in SCENARIOS:
            raise UnknownToken(token)

    def check_amount(self, amount, currency):
        if not 0 <= amount < MOST:
            raise CannotCharge(amount, currency)

    def charge(self, payment):
        self.check_token(payment.token)
        scenario = SCENARIOS[payment.token]
        time.sleep(settings.SIMULATED_GATEWAY_SECONDS)
        entry = _enter(payment, payment.currency, scenario.outcome, scenario)
        if scenario.is_silent and entry.status != PaymentStatus.CANCELLED:
            raise NoAnswer
        return _answer(entry)

    def look_up(self, payment):
        entry = SimulatedTransaction.objects.filter(idempotency_key=payment.idempotency_key).first()
        if entry and entry.status == PaymentStatus.PENDING:
            raise NoAnswer
        return entry and _answer(entry)

    @transaction.atomic
    def cancel(self, payment):
        _enter(payment, payment.currency, PaymentStatus.CANCELLED)
        if _move(payment, PaymentStatus.CANCELLED) and SCENARIOS[payment.token].comes_late:
            _succeed_late(payment)
        return _answer(_entry(payment))

    def refund(self, refund):
        payment = refund.payment
        asked_before = SimulatedTransaction.objects.filter(charge_key=payment.idempotency_key)
        refuses = SCENARIOS[payment.token].refuses_first_refund and not asked_before.exists()
        outcome = PaymentStatus.FAILED if refuses else PaymentStatus.SUCCEEDED
        return _answer(
            _enter(refund, payment.currency, outcome, charge_key=payment.idempotency_key)
        )

    def look_up_refund(self, refund):
        entry = SimulatedTransaction.objects.filter(idempotency_key=refund.idempotency_key).first()
        return entry and _answer(entry)

    def open_webhook(self, body, signature):
        signatures.check(body, signature)
        return payloads.event(body)

    def read(self, event):
        subject, _dot, _status = event.kind.partition(".")
        if subject not in ("payment", "refund"):
            return None
        answer = _told(event.payload)
        key = str(event.payload["data"].get("key", ""))
        return Notice(answer, **{f"{subject}_key": key})


def confirm(payment):
    """The shopper says yes to their bank: the money is taken, and a webhook tells."""
    return _decide(payment, PaymentStatus.SUCCEEDED)


def decline(payment):
    """The shopper says no to their bank."""
    return _decide(payment, PaymentStatus.FAILED, "authentication_failed")


@transaction.atomic
def _decide(payment, status, failure_code=""):
    decided = _move(payment, status, failure_code)
    if decided:
        _announce(_entry(payment), after=0)
    return decided


def _entry(payment):
    return SimulatedTransaction.objects.get(idempotency_key=payment.idempotency_key)


def _enter(request, currency, status, scenario=PLAIN, charge_key=""):
    """The books' row of a key: written when first asked for, and told about if it is an ending."""
    with transaction.atomic():
        entry, is_new = SimulatedTransaction.objects.get_or_create(
            idempotency_key=request.idempotency_key,
            defaults={
                "reference": f"sim_{secrets.token_hex(8)}",
                "amount": request.amount,
                "currency": currency,
                "status": status,
                "failure_code": scenario.failure_code,
                "charge_key": charge_key,
            },
        )
        tells = is_new and status not in UNSETTLED
        after = 0 if scenario.overtakes else settings.SIMULATED_WEBHOOK_SECONDS
        told = _announce(entry, after=after, deliveries=scenario.deliveries) if tells else []
    if scenario.overtakes:
        _overtake(told)
    return entry


def _overtake(webhooks):
    """Post before answering, and leave our shop the time to act on it."""
    for webhook in webhooks:
        wire.deliver(webhook)
        time.sleep(settings.SIMULATED_WEBHOOK_SECONDS)


def _move(payment, status, failure_code=""):
    """Take a key that has come to no end to its end; whether this call did."""
    return SimulatedTransaction.objects.filter(
        idempotency_key=payment.idempotency_key, status__in=UNSETTLED
    ).update(status=status, failure_code=failure_code)


def _succeed_late(payment):
    """Days later the money comes after all: its webhook is dated then, and posted soon."""
    occurred_at = timezone.now() + timedelta(hours=settings.LATE_SUCCESS_HOURS + 1)
    entry = _entry(payment)
    entry.status = PaymentStatus.SUCCEEDED
    _announce(entry, after=settings.SIMULATED_WEBHOOK_SECONDS, occurred_at=occurred_at)


def _announce(entry, *, after, deliveries=1, occurred_at=None):
    subject = entry.idempotency_key.partition("-")[0]
    data = {
        "key": entry.idempotency_key,
        "reference": entry.reference,
        "status": entry.status,
        "failure_code": entry.failure_code,
        "amount": str(entry.amount),
        "currency": entry.currency,
    }
    return wire.announce(
        f"{subject}.{PaymentStatus(entry.status).value}",
        data,
        occurred_at=occurred_at or timezone.now(),
        after=after,
        deliveries=deliveries,
    )


def _answer(entry):
    return Answer(
        PaymentStatus(entry.status),
        entry.reference,
        entry.failure_code,
        amount=entry.amount,
        currency=entry.currency,
    )


def _told(payload):
    """The answer within a webhook's body. Raises `BadWebhook` for what makes no sense."""
    try:
        data = payload["data"]
        return Answer(
            PaymentStatus(data["status"]),
            str(data.get("reference", ""))[:32],
            str(data.get("failure_code", ""))[:64],
            amount=Decimal(str(data["amount"])),
            currency=str(data["currency"]),
            occurred_at=datetime.fromtimestamp(payload["created"], UTC),
        )
    except (AttributeError, InvalidOperation, LookupError, OverflowError, TypeError, ValueError):
        raise BadWebhook("The event does not say what happened.") from None
