"""Issuing the codes that an order is collected with, and finding them again."""

import hashlib
import hmac
import logging
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.codes import ALPHABET, as_typed
from shop.encryption import shop_secrets
from shop.order.models import Fulfilment, Order, Status
from shop.pickup.models import PickupCode
from shop.pickup.signals import pickup_code_issued

logger = logging.getLogger(__name__)

SHORT_LENGTH = 8
COLLECTABLE = (Status.PAID, Status.READY)
ATTEMPTS = 5


class NothingToCollect(Exception):
    """An order that no code is of use for; `str()` says why, to who asked."""

    def __init__(self, order):
        said = _("Order %(number)s is %(status)s: there is nothing to collect with a code.")
        super().__init__(said % {"number": order.number, "status": order.get_status_display()})


def issue(order, *, actor=None):
    """Give an order its code, withdrawing the one it had; `pickup_code_issued` announces it."""
    with transaction.atomic():
        # The order first, as everywhere: it may be handed over at this moment.
        Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        expires_at = _expires_at(order)
        order.pickup_codes.filter(voided_at=None).update(voided_at=timezone.now())
        code = _create(order, expires_at, actor)
        pickup_code_issued.send(sender=PickupCode, code=code)
    return code


def may_be_reissued(order):
    return order.fulfilment == Fulfilment.PICKUP and order.status in COLLECTABLE


@transaction.atomic
def reissue(order, *, actor):
    """A new code for one that was lost or fell into wrong hands. Raises `NothingToCollect`."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not may_be_reissued(order):
        raise NothingToCollect(order)
    return issue(order, actor=actor)


def _expires_at(order):
    """That of the code that it replaces. The first one moves when the order becomes ready."""
    replaced = order.pickup_codes.filter(voided_at=None).first()
    if replaced:
        return replaced.expires_at
    begins = order.promised_at or timezone.now()
    return begins + timedelta(days=order.location.waiting_days)


def _create(order, expires_at, actor):
    for _attempt in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return PickupCode.objects.create(**_values(order, expires_at, actor))
        except IntegrityError:
            # Another order at this location has the same code to type: draw again.
            continue
    return PickupCode.objects.create(**_values(order, expires_at, actor))


def _values(order, expires_at, actor):
    nonce = secrets.token_bytes(16)
    return {
        "order": order,
        "location_id": order.location_id,
        "nonce": nonce,
        **_newest_digests(*_derived(nonce, shop_secrets()[0])),
        "expires_at": expires_at,
        "issued_by": actor,
    }


def valid_code(order):
    """The code that the order can be collected with now, or None; reads `pickup_codes.all()`."""
    if order.status not in COLLECTABLE:
        return None
    codes = order.pickup_codes.all()
    return next((code for code in codes if not code.voided_at and not code.used_at), None)


def token_of(code):
    """What the QR code carries: 128 bits, in URL-safe base64."""
    return _told(code)[0]


def short_of(code):
    """What is typed where nothing can scan: eight characters, valid at the order's location."""
    return _told(code)[1]


def _told(code):
    """The token and the code to type, as whoever collects the order was told them."""
    if code.sealed:
        token, _space, short = code.sealed.partition(" ")
        return token, short
    return _derived(bytes(code.nonce), _secret_of(code))


def _secret_of(code):
    """The secret that a code was made with; where the shop has given it up, the one of today."""
    for secret in shop_secrets():
        token, _short = _derived(bytes(code.nonce), secret)
        if _digest("token", token, secret) == code.token_digest:
            return secret
    logger.error("The secret of pickup code %s is gone: issue a new one", code.pk)
    return shop_secrets()[0]


def _derived(nonce, secret):
    return _token_from(nonce, secret), _short_from(nonce, secret)


def _token_from(nonce, secret):
    return urlsafe_b64encode(_keyed("token", nonce, secret)[:16]).rstrip(b"=").decode()


def _short_from(nonce, secret):
    number = int.from_bytes(_keyed("short", nonce, secret)[:16], "big")
    digits = []
    for _position in range(SHORT_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def keep(code):
    """Let a code outlive the secret that it was made with; whoever holds it notices nothing.

    Returns whether it hung on an earlier one. What was made with a secret that nobody
    names any more cannot be kept.
    """
    token, short = _told(code)
    digests = _newest_digests(token, short)
    known = [_digest("token", token, secret) for secret in shop_secrets()]
    if code.token_digest == digests["token_digest"] or code.token_digest not in known:
        return False
    unchanged = PickupCode.objects.filter(pk=code.pk, token_digest=code.token_digest)
    return bool(unchanged.update(sealed=f"{token} {short}", **digests))


def may_be_short(typed):
    """Whether somebody may mean a code to type by this."""
    typed = as_typed(typed)
    return len(typed) == SHORT_LENGTH and set(typed) <= set(ALPHABET)


def by_token(token):
    """The code whose QR carries this token, or None; a keyed digest finds it, nothing compares."""
    return _found(token_digest__in=_digests("token", token))


def by_short_code(typed, locations):
    """The code that was typed at one of these locations, or None."""
    return _found(
        short_digest__in=_digests("short", as_typed(typed)),
        location__in=locations,
        voided_at=None,
    )


def _found(**criteria):
    return codes().filter(**criteria).select_related("order", "location", "used_by").first()


def codes():
    """The codes with whether their time is over, which is the database's to say."""
    return PickupCode.objects.annotate(is_over=Q(expires_at__lte=Now()))


def _newest_digests(token, short):
    return {
        "token_digest": _digests("token", token)[0],
        "short_digest": _digests("short", short)[0],
    }


def _digests(purpose, told):
    """What finds a code again that was issued under any of the shop's secrets, newest first."""
    return [_digest(purpose, told, secret) for secret in shop_secrets()]


def _digest(purpose, told, secret):
    return _keyed(f"{purpose} digest", told.encode(), secret).hex()


def _keyed(purpose, message, secret):
    key = hashlib.sha256(f"shop.pickup {purpose} {secret}".encode()).digest()
    return hmac.new(key, message, hashlib.sha256).digest()
