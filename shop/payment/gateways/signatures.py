"""How the simulated gateway signs what it posts: a time, and a digest of it with the body."""

import time

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from shop.payment.gateways.base import BadWebhook
from shop.signatures import FORMAT, digest, signature

# A webhook's clock may be off by this much, either way.
TOLERANCE_SECONDS = 300


def sign(body: bytes) -> str:
    return signature(body, _secret())


def check(body: bytes, header: str) -> None:
    """Raises `BadWebhook` unless the body was signed with our secret, just now."""
    parts = FORMAT.fullmatch(header)
    if parts is None:
        raise BadWebhook("The signature is missing or malformed.")
    if not constant_time_compare(parts[2], digest(int(parts[1]), body, _secret())):
        raise BadWebhook("The signature does not fit.")
    check_age(int(parts[1]))


def check_age(signed_at: int) -> None:
    """Raises `BadWebhook` for what was signed too long ago, or ahead of its time."""
    if abs(time.time() - signed_at) > TOLERANCE_SECONDS:
        raise BadWebhook("The signature is stale.")


def _secret():
    given = settings.SIMULATED_WEBHOOK_SECRET
    return given or salted_hmac("shop.payment.gateways.simulated", "webhook").hexdigest()
