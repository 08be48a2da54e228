"""Issuing the codes that an order is collected with, and finding them again."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from shop.codes import ALPHABET, as_typed
from shop.order.models import Order, Status
from shop.pickup.models import PickupCode
from shop.pickup.signals import pickup_code_issued

SHORT_LENGTH = 8
COLLECTABLE = (Status.PAID, Status.READY)
ATTEMPTS = 5


def issue(order):
    """Give an order its code, withdrawing the one it had; `pickup_code_issued` announces it."""
    with transaction.atomic():
        # The order first, as everywhere: it may be handed over at this moment.
        Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        expires_at = _expires_at(order)
        order.pickup_codes.filter(voided_at=None).update(voided_at=timezone.now())
        code = _create(order, expires_at)
        pickup_code_issued.send(sender=PickupCode, code=code)
    return code


def _expires_at(order):
    """That of the code that it replaces. The first one moves when the order becomes ready."""
    replaced = order.pickup_codes.filter(voided_at=None).first()
    if replaced:
        return replaced.expires_at
    begins = order.promised_at or timezone.now()
    return begins + timedelta(days=order.location.waiting_days)


def _create(order, expires_at):
    for _attempt in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return PickupCode.objects.create(**_values(order, expires_at))
        except IntegrityError:
            # Another order at this location has the same code to type: draw again.
            continue
    return PickupCode.objects.create(**_values(order, expires_at))


def _values(order, expires_at):
    nonce = secrets.token_bytes(16)
    return {
        "order": order,
        "location_id": order.location_id,
        "nonce": nonce,
        "token_digest": _digest("token", token_from(nonce)),
        "short_digest": _digest("short", short_from(nonce)),
        "expires_at": expires_at,
    }


def valid_code(order):
    """The code that the order can be collected with now, or None; reads `pickup_codes.all()`."""
    if order.status not in COLLECTABLE:
        return None
    codes = order.pickup_codes.all()
    return next((code for code in codes if not code.voided_at and not code.used_at), None)


def token_of(code):
    """What the QR code carries: 128 bits, in URL-safe base64."""
    return token_from(bytes(code.nonce))


def short_of(code):
    """What is typed where nothing can scan: eight characters, valid at the order's location."""
    return short_from(bytes(code.nonce))


def token_from(nonce):
    return urlsafe_b64encode(_keyed("token", nonce)[:16]).rstrip(b"=").decode()


def short_from(nonce):
    number = int.from_bytes(_keyed("short", nonce)[:16], "big")
    digits = []
    for _position in range(SHORT_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def by_token(token):
    """The code whose QR carries this token, or None; a keyed digest finds it, nothing compares."""
    return _found(token_digest=_digest("token", token))


def by_short_code(typed, locations):
    """The code that was typed at one of these locations, or None."""
    return _found(
        short_digest=_digest("short", as_typed(typed)),
        location__in=locations,
        voided_at=None,
    )


def _found(**criteria):
    return codes().filter(**criteria).select_related("order", "location", "used_by").first()


def codes():
    """The codes with whether their time is over, which is the database's to say."""
    return PickupCode.objects.annotate(is_over=Q(expires_at__lte=Now()))


def _digest(purpose, secret):
    return _keyed(f"{purpose} digest", secret.encode()).hex()


def _keyed(purpose, message):
    key = hashlib.sha256(f"shop.pickup {purpose} {settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, message, hashlib.sha256).digest()
