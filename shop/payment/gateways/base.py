"""What every gateway can be asked, and what it may answer."""

from dataclasses import dataclass
from typing import Protocol

from shop.payment.models import Payment, PaymentStatus, Refund


class NoAnswer(Exception):
    """The gateway did not answer. What it did is unknown: ask again, never assume."""


class UnknownToken(ValueError):
    """A payment token that this gateway did not give out."""


@dataclass(frozen=True)
class Answer:
    """Where a payment or a refund stands at the gateway."""

    status: PaymentStatus
    reference: str = ""
    failure_code: str = ""


class Gateway(Protocol):
    """Talks to a payment provider, outside any transaction.

    Every method raises `NoAnswer` when the provider cannot be reached or is
    silent. Asked twice with the same idempotency key it moves money once.
    """

    def check_token(self, token: str) -> None:
        """Raises `UnknownToken` for a token that can be refused without asking anybody."""

    def charge(self, payment: Payment) -> Answer:
        """Take the money."""

    def look_up(self, payment: Payment) -> Answer | None:
        """What became of a charge, or None if the provider never saw it."""

    def refund(self, refund: Refund) -> Answer:
        """Send money back."""
