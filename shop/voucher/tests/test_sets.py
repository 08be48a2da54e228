import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from shop.codes import ALPHABET
from shop.offer.models import ConditionalOffer
from shop.voucher import promo_codes, sets
from shop.voucher.making import terms_of
from shop.voucher.models import Voucher, VoucherSet
from shop.voucher.terms import Kind, Terms

pytestmark = pytest.mark.django_db

TENTH = Terms(Kind.PERCENT, Decimal(10))


def make_set(count=3, terms=TENTH, **values):
    now = timezone.now()
    values = {
        "name": "Autumn cards",
        "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=1),
        "prefix": "AUTUMN",
    } | values
    return sets.make_set(sets.Print(count=count, **values), terms)


def test_codes_of_a_set_share_one_offer_and_work_once_each():
    printed = make_set(5)
    vouchers = list(printed.vouchers.all())
    assert len(vouchers) == printed.count == 5
    assert {voucher.max_uses for voucher in vouchers} == {1}
    assert {offer.pk for voucher in vouchers for offer in voucher.offers.all()} == {
        ConditionalOffer.objects.get().pk
    }
    assert terms_of(vouchers[0]) == TENTH
    with pytest.raises(IntegrityError), transaction.atomic():
        printed.vouchers.update(num_orders=F("num_orders") + 2)


def test_a_code_has_a_prefix_and_more_than_fifty_random_bits():
    group = f"[{ALPHABET}]{{4}}"
    for voucher in make_set().vouchers.all():
        assert re.fullmatch(f"AUTUMN-{group}-{group}-{group}", voucher.code)
    assert len(ALPHABET) ** promo_codes.RANDOM_LENGTH > 2**50


@pytest.mark.parametrize("prefix", ["AUTUMN", ""])
def test_a_code_of_a_set_is_found_with_dashes_and_without(prefix):
    voucher = make_set(1, prefix=prefix).vouchers.get()
    for typed in (voucher.code, voucher.code.replace("-", "").lower()):
        assert promo_codes.find(typed) == voucher


def test_many_codes_cost_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        make_set(sets.MOST)
    assert Voucher.objects.values("code").distinct().count() == sets.MOST
    assert Voucher.offers.through.objects.count() == sets.MOST


def test_the_codes_of_a_set_are_alike_but_for_their_codes():
    first, second = make_set(2, currency="EUR").vouchers.order_by("pk")
    alike = {"start_datetime", "end_datetime", "max_uses", "currency", "date_created", "num_orders"}
    assert {getattr(first, name) == getattr(second, name) for name in alike} == {True}
    assert [voucher.name for voucher in (first, second)] == [
        f"Autumn cards: {voucher.code}" for voucher in (first, second)
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"count": 0}, "Between 1 and 50,000"),
        ({"count": 50_001}, "Between 1 and 50,000"),
        ({"prefix": "=1+1"}, "Up to 16 letters and digits"),
        ({"prefix": "A" * 17}, "Up to 16 letters and digits"),
        ({"ends_at": timezone.now() - timedelta(days=9)}, "ends before it begins"),
        ({"terms": Terms(Kind.PERCENT, Decimal(101))}, "No more than 100 %"),
    ],
)
def test_what_a_set_cannot_be(values, sentence):
    with pytest.raises(ValidationError, match=sentence):
        make_set(**values)
    assert not VoucherSet.objects.exists()


def test_a_name_is_given_once():
    make_set(1)
    with pytest.raises(ValidationError, match="set of this name"):
        make_set(1)
