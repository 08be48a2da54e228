"""What the shop holds on a person: said by the rooms that hold it, told and erased in one place.

A room with rows about people says so in its own `personal_data.py`, which is
imported at the start; `shop.privacy` then tells and erases them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from shop.customer.models import User


@dataclass(frozen=True, repr=False)
class Person:
    """An account, and the email addresses that are proven to be its owner's."""

    user: User
    emails: tuple[str, ...]

    @classmethod
    def of(cls, user):
        proven = EmailAddress.objects.filter(user=user, verified=True)
        return cls(user, tuple(proven.values_list("email", flat=True)))


def _leave(_person):
    """Rows that go with the account itself, or that tell nothing without it."""


@dataclass(frozen=True)
class Holding:
    """`tell` answers with what JSON can write; `erase` runs in the transaction of the erasure."""

    models: tuple[str, ...]
    tell: Callable[[Person], object]
    erase: Callable[[Person], None] = _leave


HOLDINGS: dict[str, Holding] = {}
# Models that name an account and are left out of what is told, with the reason.
LEFT_OUT: dict[str, str] = {}


def holds(name, *models, tell, erase=_leave):
    """Register what a room holds on a person, as a section of what they are told."""
    HOLDINGS[name] = Holding(models, tell, erase)


def leaves_out(reason, *models):
    LEFT_OUT.update(dict.fromkeys(models, reason))
