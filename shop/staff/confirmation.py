"""Whether somebody has shown lately that it is they who sit there, and asking for it again."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import context
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shop.customer.adapter import AccountAdapter as CustomerAdapter
from shop.customer.logins import TooManyGuesses


class NotConfirmed(Exception):
    """`str()` says why, to who typed the password."""


def is_recent(request):
    """A login counts, and so does every password and code that was asked for since."""
    latest = max(
        (entry["at"] for entry in get_authentication_records(request, request.user)), default=0
    )
    return time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def confirm(request, password):
    """Raises `NotConfirmed` for a password that is wrong, or was typed wrong too often."""
    try:
        is_right = get_adapter().reauthenticate(request.user, password)
    except TooManyGuesses as refusal:
        raise NotConfirmed(refusal.message) from None
    if not is_right:
        raise NotConfirmed(_("This is not your password."))
    reauthenticate_by_password(request)


class AccountAdapter(CustomerAdapter):
    """Makes allauth's own pages ask by the same measure."""

    def is_reauthentication_required(self, *, app, **kwargs):
        return super().is_reauthentication_required(app=app, **kwargs) and not is_recent(
            context.request
        )
