from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race
from shop.voucher import promo_codes
from shop.voucher.models import Voucher
from shop.voucher.promo_codes import (
    PromoCodeRefused,
    PromoCodeUnknown,
    PromoCodeUsedByContact,
    PromoCodeUsedByYou,
    PromoCodeUsedUp,
)

ANA, BEA = "ana@quist.example", "bea@quist.example"


def make_code(code="SPRING", *, starts=-1, ends=1, **values):
    """A promo code, valid from so many days from now until so many."""
    now = timezone.now()
    return Voucher.objects.create(
        name=code,
        code=code,
        start_datetime=now + timedelta(days=starts),
        end_datetime=now + timedelta(days=ends),
        **values,
    )


def uses(voucher):
    voucher.refresh_from_db()
    return voucher.num_orders


@pytest.fixture
def place(db):
    """Orders that were not paid yet."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=50)
    return lambda user=None: make_order(location, (product, 1), user=user)


@transaction.atomic
def claim(order, *vouchers, email=ANA):
    promo_codes.claim(order, vouchers, email=email)


def claims(order, *vouchers, email=ANA):
    return partial(claim, order, *vouchers, email=email)


class TestFinding:
    pytestmark = pytest.mark.django_db

    @pytest.mark.parametrize("typed", ["SPRING", "spring", " Spring "])
    def test_a_code_is_found_as_it_is_typed(self, typed):
        voucher = make_code()
        assert promo_codes.find(typed) == voucher

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"starts": 1, "ends": 2}, "is not valid yet"),
            ({"starts": -2, "ends": -1}, "has expired"),
            ({"max_uses": 1, "num_orders": 1}, "has been used up"),
        ],
    )
    def test_a_code_that_cannot_be_used_says_why(self, values, sentence):
        with pytest.raises(PromoCodeRefused, match=f"SPRING {sentence}"):
            promo_codes.check(make_code(**values), timezone.now())

    def test_an_unknown_code_is_refused(self):
        make_code()
        with pytest.raises(PromoCodeUnknown, match="do not know the promo code AUTUMN"):
            promo_codes.find("autumn")

    @pytest.mark.parametrize("typed", ["SPR ING", "\x00", "SPRING\x00", "", "%", "É", "A" * 5000])
    def test_what_no_code_is_is_unknown(self, typed):
        make_code()
        with pytest.raises(PromoCodeUnknown) as refusal:
            promo_codes.find(typed)
        assert len(str(refusal.value)) < 120


class TestClaiming:
    def test_a_code_is_claimed_as_often_as_it_may_be(self, place):
        voucher = make_code(max_uses=2)
        for _use in range(2):
            claim(place(), voucher)
        with pytest.raises(PromoCodeUsedUp):
            claim(place(), voucher)
        assert uses(voucher) == 2
        assert_invariants()

    def test_a_code_without_a_limit_is_claimed_by_everybody(self, place):
        voucher = make_code()
        for _use in range(4):
            claim(place(), voucher)
        assert uses(voucher) == 4

    def test_the_database_refuses_a_use_too_many(self, place):
        voucher = make_code(max_uses=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Voucher.objects.filter(pk=voucher.pk).update(num_orders=F("num_orders") + 2)

    def test_a_shopper_uses_it_as_often_as_one_may(self, place):
        voucher, shopper, other = make_code(max_uses_per_user=1), make_user(), make_user()
        claim(place(shopper), voucher)
        claim(place(other), voucher)
        with pytest.raises(PromoCodeUsedByYou):
            claim(place(shopper), voucher, email=BEA)
        assert uses(voucher) == 2
        assert_invariants()

    def test_a_guest_is_the_shopper_of_their_address(self, place):
        voucher = make_code(max_uses_per_user=1)
        claim(place(make_user()), voucher)
        with pytest.raises(PromoCodeUsedByYou):
            claim(place(), voucher)
        claim(place(), voucher, email=BEA)

    @pytest.mark.parametrize("again", [" Ana@Quist.example ", "ana+shop@quist.example"])
    def test_an_address_is_the_same_however_it_is_written(self, place, again):
        voucher = make_code(max_uses_per_contact=1)
        claim(place(), voucher)
        with pytest.raises(PromoCodeUsedByContact, match="with this email address already"):
            claim(place(make_user()), voucher, email=again)
        claim(place(), voucher, email=BEA)
        assert_invariants()

    def test_what_is_counted_by_tells_no_address(self, place):
        order = place()
        claim(order, make_code())
        written = order.voucherapplication_set.get()
        assert written.contact_digest == promo_codes.contact_digests(ANA)[0]
        assert "quist" not in f"{written.contact_digest} {written}"

    def test_one_code_refused_leaves_the_other_unclaimed(self, place):
        free, gone = make_code("FREE"), make_code("GONE", max_uses=1, num_orders=1)
        with pytest.raises(PromoCodeUsedUp):
            claim(place(), gone, free)
        assert uses(free) == 0

    def test_a_use_stays_counted_when_its_shopper_is_erased(self, place):
        voucher, shopper = make_code(max_uses=1), make_user()
        order = place(shopper)
        claim(order, voucher)
        shopper.delete()
        assert order.voucherapplication_set.get().user is None
        assert_invariants()


class TestGivingBack:
    def test_a_use_is_given_back_once_and_others_can_claim_it(self, place):
        voucher, order = make_code(max_uses=1, max_uses_per_contact=1), place()
        claim(order, voucher)
        promo_codes.give_back(order)
        promo_codes.give_back(order)
        assert uses(voucher) == 0
        claim(place(), voucher)
        assert uses(voucher) == 1

    def test_money_that_comes_after_all_claims_the_same_uses_once(self, place):
        vouchers = [make_code("ONE", max_uses_per_contact=1), make_code("TWO", ends=0.0001)]
        order = place()
        claim(order, *vouchers)
        promo_codes.give_back(order)
        Voucher.objects.update(end_datetime=timezone.now() - timedelta(hours=1))
        promo_codes.claim_again(order)
        promo_codes.claim_again(order)
        assert [uses(voucher) for voucher in vouchers] == [1, 1]
        with pytest.raises(PromoCodeUsedByContact):
            claim(place(), vouchers[0])
        assert_invariants()

    @pytest.mark.parametrize("limit", ["max_uses", "max_uses_per_user", "max_uses_per_contact"])
    def test_what_was_used_meanwhile_is_not_claimed_again(self, place, limit):
        other, voucher = make_code("OTHER"), make_code(**{limit: 1})
        shopper = make_user()
        order = place(shopper)
        claim(order, other, voucher)
        promo_codes.give_back(order)
        claim(place(shopper), voucher)
        with pytest.raises(PromoCodeRefused):
            promo_codes.claim_again(order)
        assert (uses(other), uses(voucher)) == (0, 1)

    def test_an_order_without_codes_has_nothing_to_claim(self, place):
        promo_codes.claim_again(place())


def refusals(outcomes):
    return [type(outcome) for outcome in outcomes if outcome is not None]


@on_committed_rows
class TestRaces:
    def test_the_last_use_goes_to_one_of_those_who_want_it(self, place):
        voucher = make_code(max_uses=3, num_orders=0)
        for _use in range(2):
            claim(place(), voucher)
        outcomes = race(*[claims(place(), voucher) for _rival in range(6)])
        assert refusals(outcomes) == [PromoCodeUsedUp] * 5
        assert uses(voucher) == 3
        assert_invariants()

    def test_a_shopper_in_many_tabs_uses_it_once(self, place):
        voucher, shopper = make_code(max_uses_per_user=1), make_user()
        orders = [place(shopper) for _tab in range(6)]
        outcomes = race(*[claims(order, voucher, email=f"{order.pk}@x.io") for order in orders])
        assert refusals(outcomes) == [PromoCodeUsedByYou] * 5
        assert uses(voucher) == 1
        assert_invariants()

    def test_an_address_with_many_accounts_uses_it_twice(self, place):
        voucher = make_code(max_uses_per_contact=2)
        orders = [place(make_user()) for _account in range(4)] + [place(), place()]
        outcomes = race(*[claims(order, voucher) for order in orders])
        assert refusals(outcomes) == [PromoCodeUsedByContact] * 4
        assert uses(voucher) == 2
        assert_invariants()

    def test_a_rival_that_is_not_committed_yet_counts(self, place):
        voucher = make_code(max_uses_per_contact=1)
        outcomes = overlapping(claims(place(), voucher), claims(place(make_user()), voucher))
        assert refusals(outcomes) == [PromoCodeUsedByContact]
        assert uses(voucher) == 1

    def test_orders_with_the_same_two_codes_never_wait_for_each_other(self, place):
        one, two = make_code("ONE"), make_code("TWO")
        pairs = [(one, two), (two, one)] * 3
        assert race(*[claims(place(), *pair) for pair in pairs]) == [None] * 6
        assert (uses(one), uses(two)) == (6, 6)

    def test_a_use_that_two_workers_give_back_at_once_is_given_back_once(self, place):
        voucher, order = make_code(max_uses=5), place()
        claim(place(), voucher)
        claim(order, voucher)
        assert race(*[partial(promo_codes.give_back, order)] * 4) == [None] * 4
        assert uses(voucher) == 1

    def test_two_workers_claim_again_once(self, place):
        voucher, order = make_code(max_uses=1), place()
        claim(order, voucher)
        promo_codes.give_back(order)
        assert race(*[partial(promo_codes.claim_again, order)] * 4) == [None] * 4
        assert uses(voucher) == 1
        assert_invariants()
