"""Claiming and giving back the uses of a promo code.

A code's row is the lock on its uses. An order writes its use down, then counts up
the row, and only then looks at what its shopper holds: whatever a rival took is
committed by then, or waits for this row. Codes are claimed in the order of their
keys, so two orders with the same two codes never wait for each other.
"""

from operator import attrgetter

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shop.codes import as_typed, grouped
from shop.encryption import fingerprints
from shop.voucher.models import SAFE_CODE, Voucher, VoucherApplication

# The random part of a code of a set: 30 letters and digits to the power of 12, almost 59 bits.
RANDOM_LENGTH = 12


class PromoCodeRefused(Exception):
    """A code that cannot be used now; `str()` says why, in the shopper's words."""

    def __init__(self, code, message):
        self.code = code
        super().__init__(message)


class PromoCodeUnknown(PromoCodeRefused):
    def __init__(self, code):
        super().__init__(code, _("We do not know the promo code %(code)s.") % {"code": code})


class PromoCodeUsedUp(PromoCodeRefused):
    def __init__(self, code):
        super().__init__(code, _("The promo code %(code)s has been used up.") % {"code": code})


class PromoCodeSwitchedOff(PromoCodeRefused):
    def __init__(self, code):
        super().__init__(code, _("The promo code %(code)s cannot be used now.") % {"code": code})


class PromoCodeUsedByYou(PromoCodeRefused):
    def __init__(self, code):
        super().__init__(
            code, _("You have used the promo code %(code)s as often as you can.") % {"code": code}
        )


class PromoCodeUsedByContact(PromoCodeRefused):
    def __init__(self, code):
        super().__init__(
            code,
            _(
                "The promo code %(code)s has been used with this email address already. "
                "Take it off in your basket to order without it."
            )
            % {"code": code},
        )


class TooManyWrongCodes(PromoCodeRefused):
    """Not even a right code is looked at for these `minutes`."""

    def __init__(self, minutes):
        self.minutes = minutes
        sentence = ngettext(
            "Too many wrong codes. Try again in %(n)d minute.",
            "Too many wrong codes. Try again in %(n)d minutes.",
            minutes,
        )
        super().__init__("", sentence % {"n": minutes})


def find(code):
    """The promo code as typed, be it usable now or not; `found_at` is the database's time.

    Raises `PromoCodeUnknown`.
    """
    typed = code.strip().upper()
    found = Voucher.objects.filter(code__in=_spellings(typed)).annotate(found_at=Now())
    voucher = found.first()
    if voucher is None:
        raise PromoCodeUnknown(typed[:64])
    return voucher


def check(voucher, now):
    """Raises `PromoCodeRefused` for a code that is off, outside its dates or without uses left.

    `now` is the database's: a code begins and ends at once, whatever machine is asked.
    """
    if voucher.switched_off_at:
        raise PromoCodeSwitchedOff(voucher.code)
    values = {"code": voucher.code}
    if now < voucher.start_datetime:
        raise PromoCodeRefused(
            voucher.code, _("The promo code %(code)s is not valid yet.") % values
        )
    if now > voucher.end_datetime:
        raise PromoCodeRefused(voucher.code, _("The promo code %(code)s has expired.") % values)
    if voucher.is_used_up:
        raise PromoCodeUsedUp(voucher.code)


def contact_digests(email):
    """What an address is counted by: without the tag in `ana+shop@…`, in any capitals.

    The first is written down; the others may have been, under an earlier secret.
    """
    name, _at, domain = email.strip().rpartition("@")
    return fingerprints(f"{name.partition('+')[0]}@{domain}")


def claim(order, vouchers, *, email):
    """Count one use of each code for an order that is being placed.

    Raises `PromoCodeRefused`, which has to end the caller's transaction.
    """
    digests = contact_digests(email)
    still_on = Voucher.objects.filter(switched_off_at=None)
    for voucher in sorted(vouchers, key=attrgetter("pk")):
        use = VoucherApplication.objects.create(
            voucher=voucher, order=order, user=order.user, contact_digest=digests[0]
        )
        _take(use, digests, still_on)


@transaction.atomic
def give_back(order):
    """Return the uses that an order holds, once however often it is called."""
    held = order.voucherapplication_set.filter(given_back_at=None)
    for application in held.order_by("voucher_id"):
        # The row count says which of two workers returns it.
        returned = held.filter(pk=application.pk).update(given_back_at=timezone.now())
        Voucher.objects.filter(pk=application.voucher_id).update(
            num_orders=F("num_orders") - returned
        )


@transaction.atomic
def claim_again(order):
    """Take the uses back that an order gave back, for money that came after all.

    Its price was agreed on while its codes were valid, so neither their dates count nor that
    they are off, but their limits do: raises `PromoCodeRefused`, and then none is taken.
    """
    given_back = order.voucherapplication_set.exclude(given_back_at=None)
    for application in given_back.select_related("voucher").order_by("voucher_id"):
        if given_back.filter(pk=application.pk).update(given_back_at=None):
            _take(application, [application.contact_digest], Voucher.objects.all())


def switch_off(vouchers):
    """Let promo codes be used no more; orders that were placed keep what they got.

    Returns how many were on.
    """
    return vouchers.filter(switched_off_at=None).update(switched_off_at=Now())


def switch_on(vouchers):
    """Let promo codes be used again, within their dates and limits; returns how many were off."""
    return vouchers.exclude(switched_off_at=None).update(switched_off_at=None)


def _take(application, digests, usable):
    """Count a use that is written down, if its code is one of the `usable` ones.

    `digests` are its contact's. Raises `PromoCodeRefused`.
    """
    voucher = application.voucher
    has_uses_left = Q(max_uses=None) | Q(num_orders__lt=F("max_uses"))
    row = usable.filter(pk=voucher.pk)
    if not row.filter(has_uses_left).update(num_orders=F("num_orders") + 1):
        raise PromoCodeUsedUp(voucher.code) if row.exists() else PromoCodeSwitchedOff(voucher.code)
    contact = Q(contact_digest__in=digests)
    shopper = Q(user=application.user_id) if application.user_id else contact
    if _more_than(voucher.max_uses_per_user, voucher, shopper):
        raise PromoCodeUsedByYou(voucher.code)
    if _more_than(voucher.max_uses_per_contact, voucher, contact):
        raise PromoCodeUsedByContact(voucher.code)


def _more_than(most, voucher, whose):
    if most is None:
        return False
    held = VoucherApplication.objects.filter(whose, voucher=voucher, given_back_at=None)
    return held.count() > most


def _spellings(typed):
    """How the code is written that was typed: as it is, or as one of a set without its dashes.

    Nothing for what no code is, such as a text with spaces.
    """
    if not SAFE_CODE.regex.match(typed):
        return []
    bare = as_typed(typed)
    prefix, random = bare[:-RANDOM_LENGTH], bare[-RANDOM_LENGTH:]
    return [typed, "-".join(filter(None, [prefix, grouped(random)]))]
