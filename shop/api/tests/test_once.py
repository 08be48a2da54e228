"""A program that gets no answer asks again with the same key, and nothing is done twice."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from shop.api.tests.test_buying import CHECKOUT
from shop.idempotency import once
from shop.idempotency.models import FirstAnswer
from shop.order.models import Order
from shop.testing.factories import make_location, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.programs import Program
from shop.testing.races import on_committed_rows, race
from shop.testing.statements import stock_moved_last

KEY = {"Idempotency-Key": "order-of-monday"}
REPLAYED = "Idempotent-Replayed"


@pytest.fixture
def filled(shopper, tea):
    """A shopper with tea in the cart."""
    shopper.post("/api/cart/", {"sku": "TEA"})
    return shopper


def buy(program, path="/api/checkout/", body=CHECKOUT, **headers):
    return program.post(path, body, **(headers or KEY))


@pytest.mark.django_db
class TestAgain:
    @pytest.mark.parametrize("path", ["/api/checkout/", "/api/orders/"])
    def test_the_first_answer_is_answered_again(self, filled, path):
        first, again = buy(filled, path), buy(filled, path)

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert (REPLAYED in first, again[REPLAYED]) == (False, "true")
        assert Order.objects.count() == 1

    def test_the_same_words_in_another_order_are_the_same_body(self, filled):
        buy(filled)
        turned = dict(reversed(CHECKOUT.items()))
        assert buy(filled, body=turned)[REPLAYED] == "true"

    def test_another_body_is_told_so(self, filled):
        buy(filled)
        other = buy(filled, body=CHECKOUT | {"contact": {"name": "Somebody Else"}})

        assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
        assert Order.objects.count() == 1

    def test_a_key_belongs_to_its_user_and_its_call(self, filled, stranger):
        buy(filled)
        filled.post("/api/cart/", {"sku": "TEA"})
        stranger.post("/api/cart/", {"sku": "TEA"})

        other_call, other_user = buy(filled, "/api/orders/"), buy(stranger)

        assert (other_call.status_code, other_user.status_code) == (201, 201)
        assert REPLAYED not in other_call
        assert REPLAYED not in other_user
        assert Order.objects.count() == 3

    def test_without_a_key_nothing_is_kept(self, filled):
        assert filled.post("/api/checkout/", CHECKOUT).status_code == 201
        assert not FirstAnswer.objects.exists()

    @pytest.mark.parametrize("key", ["", "two words", "é", "k" * 256])
    def test_what_is_no_key_is_refused(self, filled, key):
        refused = buy(filled, **{"Idempotency-Key": key})

        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == ["Idempotency-Key"]
        assert not Order.objects.exists()


@pytest.mark.django_db
class TestRefused:
    def test_what_its_work_refused_is_refused_again(self, shopper, tea):
        empty = buy(shopper)
        shopper.post("/api/cart/", {"sku": "TEA"})
        again = buy(shopper)

        assert (empty.status_code, again.status_code) == (409, 409)
        assert again.json() == empty.json()
        assert (again[REPLAYED], again["content-type"]) == ("true", "application/problem+json")

    def test_what_never_came_to_its_work_may_be_corrected(self, filled):
        wrong = buy(filled, body=CHECKOUT | {"contact": {}})
        right = buy(filled)

        assert (wrong.status_code, right.status_code) == (400, 201)

    def test_a_crash_leaves_the_key_free(self, filled, monkeypatch):
        filled.client.raise_request_exception = False
        with monkeypatch.context() as patch:
            patch.setattr("shop.checkout.place_order.start_payment", crash)
            crashed = buy(filled)
        tried_again = buy(filled)

        assert (crashed.status_code, tried_again.status_code) == (500, 201)
        assert REPLAYED not in tried_again
        assert_invariants()


def crash(*_anything):
    raise RuntimeError


@pytest.mark.django_db
class TestADayLater:
    def test_nobody_remembers_the_key(self, filled):
        buy(filled)
        filled.post("/api/cart/", {"sku": "TEA"})
        let_pass(timedelta(hours=24, seconds=1))

        assert REPLAYED not in buy(filled)
        assert Order.objects.count() == 2

    def test_what_is_old_is_forgotten_and_nothing_else(self, filled):
        buy(filled, **{"Idempotency-Key": "old"})
        let_pass(timedelta(hours=24, seconds=1))
        buy(filled)

        assert once.forget_old() == 1
        assert FirstAnswer.objects.get().key == KEY["Idempotency-Key"]


def let_pass(time):
    FirstAnswer.objects.update(made_at=timezone.now() - time)


@on_committed_rows
def test_of_many_at_once_one_orders_and_all_hear_of_it():
    shopper = Program(make_user())
    tea = make_product(upc="TEA")
    offer(tea, make_location(), in_stock=5)
    shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2})

    answers = race(*[partial(buy, Program(shopper.user)) for _thread in range(6)])

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum(REPLAYED in answer for answer in answers) == 5
    assert Order.objects.count() == 1
    assert_invariants()


@on_committed_rows
def test_of_many_at_once_with_keys_of_their_own_one_orders_too():
    shopper = Program(make_user())
    tea = make_product(upc="TEA")
    offer(tea, make_location(), in_stock=5)
    shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2})

    keys = [{"Idempotency-Key": str(uuid4())} for _thread in range(4)]
    answers = race(*[partial(buy, Program(shopper.user), **key) for key in keys])

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert Order.objects.count() == 1
    assert_invariants()


@pytest.mark.django_db
def test_the_answer_is_written_before_any_stock_is_locked(filled):
    with stock_moved_last():
        assert buy(filled).status_code == 201
