"""What Stripe's objects say, in our words: plain dicts, from answers and events alike."""

from shop.payment.gateways.base import Answer, Notice
from shop.payment.gateways.minor_units import from_minor
from shop.payment.models import PaymentStatus

# An intent that was confirmed and stands anywhere else has failed.
INTENT_STATUSES = {
    "succeeded": PaymentStatus.SUCCEEDED,
    "canceled": PaymentStatus.CANCELLED,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "processing": PaymentStatus.PENDING,
    "requires_capture": PaymentStatus.PENDING,
}
REFUND_STATUSES = {
    "succeeded": PaymentStatus.SUCCEEDED,
    "failed": PaymentStatus.FAILED,
    "canceled": PaymentStatus.FAILED,
    "pending": PaymentStatus.PENDING,
    "requires_action": PaymentStatus.PENDING,
}
# Says no more of a failure than its code does.
NO_REASON = (None, "", "generic_decline")


def is_unconfirmed(intent):
    unused = intent["status"] == "requires_payment_method" and not intent.get("last_payment_error")
    return unused or intent["status"] == "requires_confirmation"


def intent_answer(intent, occurred_at=None):
    """Where an intent stands, or None if it was never confirmed."""
    if is_unconfirmed(intent):
        return None
    status = INTENT_STATUSES.get(intent["status"], PaymentStatus.FAILED)
    failed = status == PaymentStatus.FAILED
    return Answer(
        status,
        intent["id"],
        failure_code(intent.get("last_payment_error") or {}) if failed else "",
        amount=from_minor(_sum_of(intent, status), intent["currency"]),
        currency=intent["currency"].upper(),
        occurred_at=occurred_at,
    )


def failure_code(error):
    declined = error.get("decline_code")
    return ((error.get("code") if declined in NO_REASON else declined) or "unknown")[:64]


def refund_answer(refund, occurred_at=None):
    return Answer(
        REFUND_STATUSES.get(refund["status"], PaymentStatus.PENDING),
        refund["id"],
        refund.get("failure_reason") or "",
        amount=from_minor(refund["amount"], refund["currency"]),
        currency=refund["currency"].upper(),
        occurred_at=occurred_at,
    )


def notice_of(entry, occurred_at):
    """What an event's object says of a payment or a refund, or None if it is of no concern."""
    metadata = entry.get("metadata") or {}
    if entry.get("object") == "payment_intent":
        answer = intent_answer(entry, occurred_at)
        return answer and Notice(answer, payment_key=metadata.get("payment", ""))
    if entry.get("object") == "refund" and "refund" in metadata:
        return Notice(refund_answer(entry, occurred_at), refund_key=metadata["refund"])
    return None


def _sum_of(intent, status):
    taken = intent.get("amount_received") if status == PaymentStatus.SUCCEEDED else None
    return intent["amount"] if taken is None else taken
