"""The one limit on guessed passwords, for every login: the shop's, the CMS's, the API's …

It stands where all of them ask who somebody is, so that no door lacks it. Wrong
passwords are counted by the address that they come from, and by that together with
the name: who guesses keeps nobody else out. Only when very many are tried on one
name, from wherever, does each address have to wait between two tries on that name;
its owner still comes in with the right one.
"""

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from shop.attempts import Attempts
from shop.client_address import client_address
from shop.encryption import fingerprint

WRONG_PASSWORDS = Attempts("login", most={"address": 60, "name_there": 10}, seconds=600)
ON_ONE_NAME = Attempts("login-name", most={"name": 100}, seconds=3600)
SLOWED_DOWN = Attempts("login-slow", most={"name_there": 1}, seconds=60)


class TooManyGuesses(ValidationError):
    """Not even a right password is looked at for these `minutes`. Login forms show it."""

    def __init__(self, minutes):
        self.minutes = minutes
        sentence = ngettext(
            "Too many wrong passwords. Try again in %(n)d minute.",
            "Too many wrong passwords. Try again in %(n)d minutes.",
            minutes,
        )
        super().__init__(sentence % {"n": minutes}, code="too_many_guesses")


class LoginBackend(AuthenticationBackend):
    """Knows people by their email address or their username. Raises `TooManyGuesses`."""

    def authenticate(self, request, **credentials):
        guess = _Guess(request, credentials.get("username") or credentials.get("email") or "")
        guess.count()
        user = super().authenticate(request, **credentials)
        if user:
            guess.forgive()
        return user


class _Guess:
    def __init__(self, request, name):
        # What is counted lies in the cache: it names nobody.
        name = fingerprint(name)
        address = client_address(request) if request else ""
        name_there = f"{name} {address}" if address else ""
        self.by_address = WRONG_PASSWORDS.of(address=address, name_there=name_there)
        self.by_name = ON_ONE_NAME.of(name=name)
        self.slowly = SLOWED_DOWN.of(name_there=name_there)
        self.is_counted_by_name = False

    def count(self):
        if minutes := self.by_address.count():
            raise TooManyGuesses(minutes)
        self.is_counted_by_name = not self.by_name.count()
        if not self.is_counted_by_name and (minutes := self.slowly.count()):
            # It was not looked at.
            self.by_address.forgive()
            raise TooManyGuesses(minutes)

    def forgive(self):
        self.by_address.forgive()
        if self.is_counted_by_name:
            self.by_name.forgive()
        else:
            self.slowly.forgive()
