"""What a copy of the database must not tell: encrypted at rest, found again by keyed digest.

`settings.CONTACT_KEYS` are Fernet keys, newest first. The first one encrypts, all
of them decrypt: to rotate, put a new one in front, write every row anew, drop the old.
Where none is given, the key follows from the shop's secret.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


def encrypt(text: str) -> str:
    """An empty text stays empty, so that queries can tell it from a written one."""
    return _box().encrypt(text.encode()).decode() if text else ""


def decrypt(secret: str) -> str:
    """Raises `cryptography.fernet.InvalidToken` where no key of ours fits."""
    return _box().decrypt(secret.encode()).decode() if secret else ""


def fingerprint(text: str) -> str:
    """The same for the same address however it was typed, and telling nothing without the key."""
    typed = text.strip().casefold().encode()
    return hmac.new(_derived_key("fingerprint"), typed, hashlib.sha256).hexdigest()


def _box():
    keys = settings.CONTACT_KEYS or [urlsafe_b64encode(_derived_key("contact"))]
    return MultiFernet([Fernet(key) for key in keys])


def _derived_key(purpose):
    return hashlib.sha256(f"shop.encryption {purpose} {settings.SECRET_KEY}".encode()).digest()


class EncryptedTextField(models.TextField):
    """Text that only the shop itself can read; no query can look into it."""

    def from_db_value(self, value, _expression, _connection):
        return None if value is None else decrypt(value)

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return None if value is None else encrypt(value)
