"""What the simulated gateway does with each of its tokens, as data."""

from dataclasses import dataclass

from shop.payment.models import PaymentStatus


@dataclass(frozen=True)
class Scenario:
    """One token's story.

    `outcome` is what the books say once the gateway was asked, and what its answer
    says unless it is silent. Each ending that the books come to is told by a webhook
    too, posted `deliveries` times; one that `overtakes` is there before the answer.
    """

    outcome: PaymentStatus = PaymentStatus.SUCCEEDED
    failure_code: str = ""
    is_silent: bool = False
    deliveries: int = 1
    overtakes: bool = False
    # Cannot say what became of the money until it is called off, and takes it days later.
    comes_late: bool = False
    refuses_first_refund: bool = False


SCENARIOS = {
    "sim_ok": Scenario(),
    "sim_declined": Scenario(PaymentStatus.FAILED, "card_declined"),
    "sim_insufficient_funds": Scenario(PaymentStatus.FAILED, "insufficient_funds"),
    "sim_requires_action": Scenario(PaymentStatus.REQUIRES_ACTION),
    "sim_timeout_then_ok": Scenario(is_silent=True),
    "sim_duplicate_webhook": Scenario(deliveries=3),
    "sim_webhook_first": Scenario(overtakes=True),
    "sim_late_success": Scenario(PaymentStatus.PENDING, is_silent=True, comes_late=True),
    "sim_refund_fails_once": Scenario(refuses_first_refund=True),
}
