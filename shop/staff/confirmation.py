"""Whether somebody has shown lately that it is they who sit there, and asking for it again."""

import time

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import context
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shop.attempts import Attempts

WRONG_PASSWORDS = Attempts("confirmation", most={"user": 5}, seconds=600)


class NotConfirmed(Exception):
    """`str()` says why, to who typed the password."""


def is_recent(request):
    """A login counts, and so does every password and code that was asked for since."""
    latest = max(
        (entry["at"] for entry in get_authentication_records(request, request.user)), default=0
    )
    return time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def confirm(request, password):
    """Raises `NotConfirmed` for a password that is wrong, or typed wrong too often."""
    attempts = WRONG_PASSWORDS.of(user=request.user.pk)
    if minutes := attempts.count():
        said = _("Wrong too often. Try again in %(n)d min.")
        raise NotConfirmed(said % {"n": minutes})
    if not get_adapter().reauthenticate(request.user, password):
        raise NotConfirmed(_("This is not your password."))
    attempts.forgive()
    reauthenticate_by_password(request)


class AccountAdapter(DefaultAccountAdapter):
    """Makes allauth's own pages ask by the same measure."""

    def is_reauthentication_required(self, *, app, **kwargs):
        return super().is_reauthentication_required(app=app, **kwargs) and not is_recent(
            context.request
        )
