"""The codes of a second factor, and a limit to guessing them: six digits are soon tried through.

Whoever guesses has the password already, so counting by account locks out nobody else.
"""

from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator

from shop.attempts import Attempts
from shop.customer.logins import TooManyGuesses

WRONG_CODES = Attempts("second-factor", most={"user": 10}, seconds=600)


def opens(user, code):
    """Whether a code is what somebody's account wants beside the password; most want none.

    Raises `TooManyGuesses`.
    """
    factors = Authenticator.objects.filter(user=user)
    if not factors:
        return True
    attempts = _count(user)
    # A passkey has no code: who has nothing else types one for its loss.
    typed = (factor for factor in factors if factor.type != Authenticator.Type.WEBAUTHN)
    is_right = any(factor.wrap().validate_code(code) for factor in typed)
    if is_right:
        attempts.forgive()
    return is_right


def _count(user):
    attempts = WRONG_CODES.of(user=user.pk)
    if minutes := attempts.count():
        raise TooManyGuesses(minutes)
    return attempts


class _Limited:
    def clean_code(self):
        attempts = _count(self.user)
        code = super().clean_code()
        attempts.forgive()
        return code


class AuthenticateForm(_Limited, forms.AuthenticateForm):
    pass


class ReauthenticateForm(_Limited, forms.ReauthenticateForm):
    pass
