from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from shop.testing.factories import make_category, make_location, make_product
from shop.voucher import making
from shop.voucher.making import make_promo_code, terms_of
from shop.voucher.models import Voucher
from shop.voucher.terms import Kind, Terms, in_words

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def make(code="SPRING", kind="percent", value="10", **values):
    dates = {"starts_at": NOW - timedelta(days=1), "ends_at": NOW + timedelta(days=1)}
    return make_promo_code(code, f"A gift: {code}", kind, value, **dates | values)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("kind", {"kind": "half"}),
        ("value", {"value": "0"}),
        ("value", {"value": "-5"}),
        ("value", {"value": "100.01"}),
        ("value", {"value": "0.005"}),
        ("value", {"value": "NaN"}),
        ("value", {"kind": "fixed", "value": "10000000000"}),
        ("min_total", {"min_total": Decimal(0)}),
        ("min_total", {"min_total": Decimal("1.001")}),
        ("max_uses", {"max_uses": 0}),
        ("max_uses_per_user", {"max_uses_per_user": 0}),
        ("max_uses_per_contact", {"max_uses_per_contact": 0}),
        ("end_datetime", {"ends_at": NOW - timedelta(days=2)}),
        ("code", {"code": "SPR ING"}),
        ("code", {"code": ""}),
        ("code", {"code": "É"}),
        ("code", {"code": "A" * 65}),
    ],
)
def test_what_a_code_cannot_be(field, values):
    with pytest.raises(ValidationError) as faults:
        make(**values)
    assert set(faults.value.message_dict) == {field}
    assert not Voucher.objects.exists()


def test_a_code_is_taken_in_any_capitals():
    assert make(" spring ").code == "SPRING"
    with pytest.raises(ValidationError, match="There is a promo code like this already."):
        make("sPrInG")


def test_amounts_in_a_currency_that_a_location_does_not_sell_in():
    bristol = make_location(name="Bristol", currency="GBP")
    with pytest.raises(ValidationError, match="Bristol: not sold in EUR there"):
        make(currency="EUR", locations=(bristol,))


def test_terms_are_read_as_they_were_written():
    terms = {
        "min_total": Decimal(20),
        "categories": (make_category("Fruit"),),
        "products": (make_product(),),
        "locations": (make_location(),),
        "combinable": True,
    }
    voucher = make(**terms)
    assert terms_of(voucher) == Terms(Kind.PERCENT, Decimal(10), **terms)


def test_a_code_that_was_for_some_goods_may_be_for_all_and_back():
    fruit, bread = make_category("Fruit"), make_category("Bread")
    voucher = make(categories=(fruit,))
    for categories in ((bread,), (), (fruit, bread)):
        terms = Terms(Kind.PERCENT, Decimal(10), categories=categories)
        making.write(voucher, terms)
        assert terms_of(Voucher.objects.get()) == terms


def test_in_words():
    fruit, graca = make_category("Fruit"), make_location(name="Magpie Graça")
    voucher = make(
        min_total=Decimal(20),
        categories=(fruit,),
        locations=(graca,),
        combinable=True,
        currency="EUR",
        ends_at=datetime(2035, 12, 31, 23, 59, tzinfo=UTC),
        max_uses=100,
        max_uses_per_user=1,
        max_uses_per_contact=2,
    )
    assert in_words(voucher, terms_of(voucher)) == (
        "10 % off Fruit at Magpie Graça, for €20.00 or more of it, 100 times in all, "
        "once a shopper, 2 times an email address, together with other codes, "
        "until 31 December 2035"
    )


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (None, None, ""),
        ("2025-01-01T00:00Z", "2036-01-01T00:00Z", ", until 1 January 2036, 00:00 UTC"),
        ("2035-01-01T08:00Z", None, ", from 1 January 2035, 08:00 UTC"),
    ],
)
def test_dates_in_words(starts, ends, said):
    starts, ends = (moment and datetime.fromisoformat(moment) for moment in (starts, ends))
    voucher = Voucher(start_datetime=starts, end_datetime=ends)
    assert in_words(voucher, Terms(Kind.PERCENT, Decimal(5))) == f"5 % off any order{said}"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "A"), (2, "A and B"), (3, "A, B and C"), (5, "A, B, C and 2 more")],
)
def test_many_names_are_counted(number, said):
    categories = tuple(make_category(name) for name in "ABCDE"[:number])
    assert str(Terms(Kind.PERCENT, Decimal(5), categories=categories)) == f"5 % off {said}"
