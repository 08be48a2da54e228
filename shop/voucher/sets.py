"""Sets of promo codes that work once each: printed on cards, sent one by one."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from shop.codes import grouped, random_code
from shop.voucher.making import write_offer
from shop.voucher.models import Voucher, VoucherSet
from shop.voucher.promo_codes import RANDOM_LENGTH
from shop.voucher.terms import Terms

MOST = 50_000
COPY = """
WITH pattern AS (
    SELECT {columns} FROM voucher_voucher WHERE id = %s
), made AS (
    INSERT INTO voucher_voucher (name, code, {columns})
    SELECT %s || ': ' || code, code, {columns} FROM pattern, unnest(%s::text[]) AS code
    RETURNING id
)
INSERT INTO voucher_voucher_offers (voucher_id, conditionaloffer_id) SELECT id, %s FROM made
"""

prefix_fits = RegexValidator(r"\A[A-Z0-9]{0,16}\Z", _("Up to 16 letters and digits."))


@dataclass(frozen=True)
class Print:
    """How many codes to make, what they begin with, and when they can be used."""

    name: str
    count: int
    starts_at: datetime
    ends_at: datetime
    prefix: str = ""
    currency: str = ""


@transaction.atomic
def make_set(order: Print, terms: Terms) -> VoucherSet:
    """Make a set of codes that share one offer. Raises `ValidationError`."""
    _check(order)
    terms.check(order.currency)
    printed = VoucherSet.objects.create(
        name=order.name,
        count=order.count,
        code_length=RANDOM_LENGTH,
        start_datetime=order.starts_at,
        end_datetime=order.ends_at,
    )
    offer = write_offer(None, order.name, terms)
    first, *others = _codes(order)
    pattern = _voucher(printed, order, first)
    pattern.save()
    pattern.offers.add(offer)
    _copy(pattern, offer, others)
    return printed


def _copy(pattern, offer, codes):
    """Write a row for each code in one statement: they are alike but for that and their names."""
    alike = [
        f.column for f in Voucher._meta.concrete_fields if f.name not in ("id", "code", "name")
    ]
    columns = ", ".join(connection.ops.quote_name(column) for column in alike)
    set_name = pattern.voucher_set.name
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(columns=columns), [pattern.pk, set_name, codes, offer.pk])


def _check(order):
    prefix_fits(order.prefix)
    if not 1 <= order.count <= MOST:
        raise ValidationError({"count": _("Between 1 and 50,000 codes can be made at once.")})
    if order.starts_at >= order.ends_at:
        raise ValidationError({"end_datetime": _("It ends before it begins.")})
    if VoucherSet.objects.filter(name=order.name).exists():
        raise ValidationError({"name": _("There is a set of this name already.")})


def _codes(order):
    """As many different codes; should the shop have one of them, the database refuses all."""
    codes = set()
    while len(codes) < order.count:
        random = grouped(random_code(RANDOM_LENGTH))
        codes.add(f"{order.prefix}-{random}" if order.prefix else random)
    return codes


def _voucher(printed, order, code):
    return Voucher(
        voucher_set=printed,
        name=f"{order.name}: {code}",
        code=code,
        start_datetime=order.starts_at,
        end_datetime=order.ends_at,
        max_uses=1,
        currency=order.currency,
    )
