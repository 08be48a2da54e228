"""Stripe, by PaymentIntents. Card data goes from the browser to Stripe: we see an id of it.

An intent is created first, which moves no money, and confirmed only when its id is
written down. So a payment without a reference was never charged, and one whose
answer was lost is found again by its id: there is nothing to search for. To repeat
the creation with its idempotency key gives the same intent, or one that nobody
ever confirms; that is how a payment can be cancelled for certain whatever was lost.
"""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from shop.breaker import Breaker
from shop.payment.checks import may_use
from shop.payment.gateways import payloads, signatures
from shop.payment.gateways.base import Answer, BadWebhook, NoAnswer, UnknownToken
from shop.payment.gateways.minor_units import to_minor
from shop.payment.gateways.stripe_objects import (
    failure_code,
    intent_answer,
    is_unconfirmed,
    notice_of,
    refund_answer,
)
from shop.payment.models import Payment, PaymentStatus

TOKEN = re.compile(r"(pm|ctoken)_[A-Za-z0-9_]{1,55}")
SIGNED_AT = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")
TIMEOUT_SECONDS = 10
# Who waits for Stripe in vain does so once in this while, not with each of many payments.
away = Breaker(seconds=3)


class StripeGateway:
    def check_token(self, token):
        if not TOKEN.fullmatch(token):
            raise UnknownToken(token)

    def check_amount(self, amount, currency):
        to_minor(amount, currency)

    def charge(self, payment):
        with _silence_told_apart():
            try:
                intent = _intent_of(payment)
                if is_unconfirmed(intent):
                    intent = _confirmed(payment, intent)
            except (stripe.CardError, stripe.InvalidRequestError) as error:
                return _refusal(error)
            return _certain(intent)

    def look_up(self, payment):
        if not payment.reference:
            return None
        with _silence_told_apart():
            return intent_answer(_retrieve(payment.reference))

    def cancel(self, payment):
        with _silence_told_apart():
            try:
                intent = _intent_of(payment)
            except stripe.InvalidRequestError:
                # There is none, nor can there be one.
                return Answer(PaymentStatus.CANCELLED)
            return _certain(_cancelled(intent))

    def refund(self, refund):
        wanted = {
            "payment_intent": refund.payment.reference,
            "amount": to_minor(refund.amount, refund.payment.currency),
            "metadata": {"refund": refund.idempotency_key},
        }
        with _silence_told_apart():
            try:
                return refund_answer(
                    _client()
                    .v1.refunds.create(wanted, {"idempotency_key": refund.idempotency_key})
                    .to_dict()
                )
            except stripe.InvalidRequestError as error:
                return _refusal(error)

    def look_up_refund(self, refund):
        with _silence_told_apart():
            found = _refund_of(refund)
        return found and refund_answer(found)

    def client_secret(self, payment):
        """What lets a browser go on with a payment that waits for its shopper; kept nowhere."""
        with _silence_told_apart():
            return _retrieve(payment.reference)["client_secret"]

    def open_webhook(self, body, signature):
        try:
            stripe.WebhookSignature.verify_header(
                body, signature, settings.STRIPE_WEBHOOK_SECRET, signatures.TOLERANCE_SECONDS
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
            # The library compares what is not ASCII by raising a TypeError.
            raise BadWebhook("The signature is missing, stale or does not fit.") from None
        # The library lets a signature come from the future.
        signed_at = SIGNED_AT.search(signature)
        signatures.check_age(int(signed_at[1]) if signed_at else 0)
        return payloads.event(body)

    def read(self, event):
        try:
            occurred_at = datetime.fromtimestamp(event.payload["created"], UTC)
            return notice_of(event.payload["data"]["object"], occurred_at)
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError):
            raise BadWebhook("The event does not say what happened.") from None


def _client():
    key = settings.STRIPE_SECRET_KEY
    if not may_use(key):
        raise ImproperlyConfigured("Only test keys of Stripe's are used without PAYMENTS_LIVE=1.")
    return _client_of(key, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client_of(key, base):
    # Whoever asks tries again, later and with a pause between: the library need not.
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        max_network_retries=0,
    )


def _intents():
    return _client().v1.payment_intents


def _retrieve(reference):
    return _intents().retrieve(reference).to_dict()


def _intent_of(payment):
    """The payment's intent, made if there is none yet; its id is written down."""
    if payment.reference:
        return _retrieve(payment.reference)
    wanted = {
        "amount": to_minor(payment.amount, payment.currency),
        "currency": payment.currency.lower(),
        "payment_method_types": ["card"],
        "metadata": {"payment": payment.idempotency_key, "order": payment.order.number},
    }
    if payment.token.startswith("pm_"):
        wanted["payment_method"] = payment.token
    created = _intents().create(wanted, {"idempotency_key": payment.idempotency_key})
    Payment.objects.filter(pk=payment.pk, reference="").update(reference=created.id)
    return created.to_dict()


def _confirmed(payment, intent):
    # A confirmation token can only be given here.
    by_token = payment.token.startswith("ctoken_")
    wanted = {"confirmation_token": payment.token} if by_token else {}
    options = {"idempotency_key": f"{payment.idempotency_key}-confirm"}
    try:
        return _intents().confirm(intent["id"], wanted, options).to_dict()
    except stripe.InvalidRequestError as error:
        if error.code != "payment_intent_unexpected_state":
            raise
        # Another worker was here first, or it was cancelled meanwhile.
        return _retrieve(intent["id"])


def _cancelled(intent):
    try:
        return _intents().cancel(intent["id"]).to_dict()
    except stripe.InvalidRequestError:
        # It has come to an end, or is on its way to one.
        return _retrieve(intent["id"])


def _certain(intent):
    """Where an intent has come to. One that is neither confirmed nor cancelled is no answer."""
    answer = intent_answer(intent)
    if answer is None:
        raise NoAnswer
    return answer


def _refusal(error):
    said = (error.json_body or {}).get("error", {})
    return Answer(PaymentStatus.FAILED, failure_code=failure_code(said))


def _refund_of(refund):
    """A refund that was asked for: by its id, or else by what we had written on it."""
    refunds = _client().v1.refunds
    if refund.reference:
        return refunds.retrieve(refund.reference).to_dict()
    known = refunds.list({"payment_intent": refund.payment.reference, "limit": 100})
    entries = (entry.to_dict() for entry in known.auto_paging_iter())
    key = refund.idempotency_key
    return next((e for e in entries if (e.get("metadata") or {}).get("refund") == key), None)


@contextmanager
def _silence_told_apart():
    """What may pass becomes `NoAnswer`. What is wrong with our keys is for people: it stays loud.

    An `APIError` is also the answer to a key that is still being worked on.
    """
    if away.holds_back:
        raise NoAnswer
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        away.trip()
        raise NoAnswer from error
    except stripe.APIError as error:
        raise NoAnswer from error
