"""What a copy of the database must not tell: encrypted at rest, found again by keyed digest.

`settings.CONTACT_KEYS` are Fernet keys, newest first. The first one encrypts, all
of them decrypt: to rotate, put a new one in front, run `manage.py rotate_contact_keys`,
drop the old. Where none is given, the key follows from the shop's secret; what was
written with that one stays readable when keys are given later. Digests always hang
on the shop's secret; those made with one of `SECRET_KEY_FALLBACKS` are still found.
"""

import hashlib
import hmac
import logging
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class Unreadable(str):
    """Stands for a text that no key of ours opens; saved again, it stays what it was.

    Pages that list such rows go on working, and the key may still be found.
    """

    __slots__ = ("secret",)

    def __new__(cls, secret):
        text = super().__new__(cls, _("(cannot be read: its key is missing)"))
        text.secret = secret
        return text


def encrypt(text: str) -> str:
    """An empty text stays empty, so that queries can tell it from a written one."""
    return _box().encrypt(text.encode()).decode() if text else ""


def decrypt(secret: str) -> str:
    """Raises `cryptography.fernet.InvalidToken` where no key of ours fits."""
    return _box().decrypt(secret.encode()).decode() if secret else ""


def has_newest_key(secret: str) -> bool:
    try:
        _keys()[0].decrypt(secret.encode())
    except InvalidToken:
        return not secret
    return True


def fingerprint(text: str) -> str:
    """The same for the same address however it was typed, and telling nothing without the key."""
    return fingerprints(text)[0]


def fingerprints(text: str) -> list[str]:
    """What a row may be found by that was written with any secret of the shop's, newest first."""
    typed = text.strip().casefold().encode()
    keys = [_derived_key("fingerprint", secret) for secret in shop_secrets()]
    return [hmac.new(key, typed, hashlib.sha256).hexdigest() for key in keys]


def shop_secrets() -> tuple[str, ...]:
    """The shop's secret, and the earlier ones that still count, newest first."""
    return settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS


def _box():
    return MultiFernet(_keys())


def _keys():
    derived = [urlsafe_b64encode(_derived_key("contact", secret)) for secret in shop_secrets()]
    return [Fernet(key) for key in (*settings.CONTACT_KEYS, *derived)]


def _derived_key(purpose, secret):
    return hashlib.sha256(f"shop.encryption {purpose} {secret}".encode()).digest()


class EncryptedTextField(models.TextField):
    """Text that only the shop itself can read; no query can look into it.

    What no key opens is read as `Unreadable`, and said in the log.
    """

    def from_db_value(self, value, _expression, _connection):
        if value is None:
            return None
        try:
            return decrypt(value)
        except InvalidToken:
            logger.error("%s of %s: no key opens it", self.name, self.model._meta.label)
            return Unreadable(value)

    def get_prep_value(self, value):
        if isinstance(value, Unreadable):
            return value.secret
        value = super().get_prep_value(value)
        return None if value is None else encrypt(value)


class FingerprintField(models.CharField):
    """Finds rows by an encrypted text: its keyed digest, written whenever the row is saved."""

    def __init__(self, *, of, **options):
        self.of = of
        super().__init__(**{"max_length": 64, "editable": False, "blank": True} | options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, instance, add):
        text = getattr(instance, self.of)
        if not isinstance(text, Unreadable):
            setattr(instance, self.attname, fingerprint(text) if text else "")
        return getattr(instance, self.attname)
