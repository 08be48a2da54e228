"""What every gateway can be asked, and what it may answer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from shop.payment.models import Payment, PaymentStatus, Refund


class NoAnswer(Exception):
    """The gateway did not answer. What it did is unknown: ask again, never assume."""


class PaymentRefused(ValueError):
    """A way of paying that cannot be taken; `str()` says why, to the shopper."""


class UnknownMethod(PaymentRefused):
    def __init__(self, method):
        super().__init__(_("This way of paying is not offered here."))


class UnknownToken(PaymentRefused):
    """A payment token that this gateway did not give out."""

    def __init__(self, token):
        super().__init__(_("This card cannot be used. Choose another one."))


class CannotCharge(PaymentRefused):
    """An amount or a currency that a gateway does not take."""

    def __init__(self, amount, currency):
        super().__init__(
            _("%(amount)s cannot be paid this way.") % {"amount": f"{amount} {currency}"}
        )


class BadWebhook(ValueError):
    """A webhook that is not the gateway's, or that makes no sense; nothing was stored."""


@dataclass(frozen=True)
class Answer:
    """Where a payment or a refund stands at the gateway.

    `amount`, `currency` and the moment `occurred_at` are given where the gateway names them.
    """

    status: PaymentStatus
    reference: str = ""
    failure_code: str = ""
    amount: Decimal | None = None
    currency: str = ""
    occurred_at: datetime | None = None

    def fits(self, amount, currency):
        """Whether the gateway speaks of this very sum, as far as it speaks of any."""
        same_amount = self.amount is None or self.amount == amount
        return same_amount and self.currency.upper() in ("", currency)


@dataclass(frozen=True)
class Event:
    """A webhook that is surely the gateway's; `payload` is what is kept of it."""

    id: str
    kind: str
    payload: dict


@dataclass(frozen=True)
class Notice:
    """What an event says: of a payment or a refund, named by its idempotency key or reference."""

    answer: Answer
    payment_key: str = ""
    refund_key: str = ""


class Gateway(Protocol):
    """Talks to a payment provider, outside any transaction.

    `charge`, `look_up`, `cancel`, `refund` and `look_up_refund` raise `NoAnswer` when the provider
    cannot be reached or is silent. Asked twice with the same idempotency key it
    moves money once.
    """

    def check_token(self, token: str) -> None:
        """Raises `UnknownToken` for a token that can be refused without asking anybody."""

    def check_amount(self, amount: Decimal, currency: str) -> None:
        """Raises `CannotCharge` for a sum that can be refused without asking anybody."""

    def charge(self, payment: Payment) -> Answer:
        """Take the money."""

    def look_up(self, payment: Payment) -> Answer | None:
        """What became of a charge, or None if the provider never took it up."""

    def cancel(self, payment: Payment) -> Answer:
        """See to it that the money can no longer be taken: CANCELLED, or what it became instead.

        A payment that the provider has not heard of is cancelled too: a charge
        that arrives afterwards takes nothing.
        """

    def refund(self, refund: Refund) -> Answer:
        """Send money back."""

    def look_up_refund(self, refund: Refund) -> Answer | None:
        """What became of a refund, or None if the provider never took this attempt up."""

    def open_webhook(self, body: bytes, signature: str) -> Event:
        """Raises `BadWebhook` unless it is signed, fresh and well formed."""

    def read(self, event: Event) -> Notice | None:
        """What an event says, or None if it is of no concern."""
