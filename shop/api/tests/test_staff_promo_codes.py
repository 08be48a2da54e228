"""Promo codes by program."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.api.tests.test_buying import CHECKOUT
from shop.api.tests.test_orders import assert_refused
from shop.testing.factories import make_category, make_code
from shop.voucher.models import Voucher
from shop.voucher.tests.test_sets import make_set

pytestmark = pytest.mark.django_db
CODES = "/api/admin/promo-codes/"
TEN = {"code": "ten", "kind": "percent", "value": "10"}


def test_a_code_is_made_read_changed_and_deleted(owner, here, tea):
    make_category("Drinks")
    made = owner.post(
        CODES,
        TEN
        | {
            "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2099-01-01T00:00:00Z",
            "max_uses": 5,
            "max_uses_per_user": 1,
            "min_total": "3.00",
            "categories": ["drinks"],
            "locations": ["magpie here"],
        },
    )
    read = owner.get(f"{CODES}Ten/")
    changed = owner.patch(f"{CODES}TEN/", {"value": "15.00", "max_uses": None, "categories": []})

    assert (made.status_code, read.status_code, changed.status_code) == (201, 200, 200)
    assert made.json() == read.json()
    assert read.json() == {
        "code": "TEN",
        "name": "ten",
        "kind": "percent",
        "value": "10.00",
        "currency": "",
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2099-01-01T00:00:00Z",
        "max_uses": 5,
        "max_uses_per_user": 1,
        "min_total": "3.00",
        "categories": ["drinks"],
        "locations": ["here"],
        "combinable": False,
        "uses": 0,
        "is_active": True,
    }
    differing = {"value": "15.00", "max_uses": None, "categories": []}
    assert changed.json() == read.json() | differing
    assert owner.delete(f"{CODES}TEN/").status_code == 204
    assert_refused(owner.get(f"{CODES}TEN/"), "not_found", 404)


def test_a_code_that_was_made_here_takes_off(owner, shopper, tea):
    owner.post(CODES, {"code": "FLAT", "kind": "fixed", "value": "1.00"})
    shopper.post("/api/cart/", {"sku": "TEA"})
    cart = shopper.post("/api/cart/promo-codes/", {"code": "flat"}).json()
    assert (cart["discount_total"], cart["total"]) == ("1.00", "2.20")


class TestUsed:
    @pytest.fixture(autouse=True)
    def once(self, owner, shopper, tea):
        owner.post(CODES, TEN)
        shopper.post("/api/cart/", {"sku": "TEA"})
        assert shopper.post("/api/checkout/", CHECKOUT | {"promo_code": "ten"}).status_code == 201

    def test_one_that_orders_have_used_is_ended_and_still_read(self, owner, shopper):
        assert owner.delete(f"{CODES}ten/").status_code == 204
        told = owner.get(f"{CODES}ten/").json()
        assert (told["uses"], told["is_active"]) == (1, False)
        shopper.post("/api/cart/", {"sku": "TEA"})
        assert shopper.post("/api/cart/promo-codes/", {"code": "ten"}).status_code == 409

    def test_it_has_no_fewer_uses_than_it_had(self, owner):
        assert owner.patch(f"{CODES}ten/", {"max_uses": 1}).json()["is_active"] is False
        Voucher.objects.update(num_orders=2, max_uses=None)
        refused = owner.patch(f"{CODES}ten/", {"max_uses": 1})
        assert refused.json()["errors"] == {"max_uses": ["It has been used 2 times."]}


def test_a_taken_code_is_a_duplicate(owner):
    owner.post(CODES, TEN)
    assert_refused(owner.post(CODES, TEN | {"code": "Ten"}), "duplicate")


def test_a_code_of_a_set_changes_with_the_others_alone(owner):
    code = make_set(2).vouchers.first().code
    assert owner.get(f"{CODES}{code}/").json()["value"] == "10.00"
    assert_refused(owner.patch(f"{CODES}{code}/", {"value": "15"}), "of_a_set")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "gift"}, "kind"),
        ({"value": "0"}, "value"),
        ({"value": "101"}, "value"),
        ({"code": "two words"}, "code"),
        ({"min_total": "-1"}, "min_total"),
        ({"max_uses": 0}, "max_uses"),
        ({"categories": ["nothing"]}, "categories"),
        ({"locations": ["nowhere"]}, "locations"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
        ({"starts_at": "soon"}, "starts_at"),
    ],
)
def test_what_makes_no_sense_is_named(owner, change, field):
    refused = owner.post(CODES, TEN | change)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]
    assert not Voucher.objects.exists()


def test_the_code_itself_stays(owner):
    owner.post(CODES, TEN)
    assert owner.patch(f"{CODES}ten/", {"code": "eleven"}).status_code == 400
    assert owner.patch(f"{CODES}ten/", {"code": "Ten", "name": "Autumn"}).status_code == 200


def test_a_list_costs_as_much_whatever_is_on_it(owner):
    few, many = (queries_of_list(owner, names) for names in (["A", "B"], ["C", "D", "E"]))
    assert few == many


def queries_of_list(owner, names):
    for name in names:
        owner.post(CODES, TEN | {"code": name})
    with CaptureQueriesContext(connection) as queries:
        assert owner.get(f"{CODES}?page=1").json()["total"] == Voucher.objects.count()
    return len(queries)


def test_they_are_the_owners_alone(shopper, seller, client):
    code = make_code("TEN", ends_at=timezone.now() + timedelta(days=2)).code
    for program in (shopper, seller):
        assert_refused(program.get(f"{CODES}?page=1"), "permission_denied", 403)
        assert_refused(program.post(CODES, TEN), "permission_denied", 403)
        for call in (program.get, program.patch, program.delete):
            assert_refused(call(f"{CODES}{code}/"), "permission_denied", 403)
    assert client.get(f"{CODES}{code}/").status_code == 401
