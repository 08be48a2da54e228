"""Orders in the hands of the staff: seen at their own locations, moved on, refunded."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.api.tests.test_orders import assert_refused
from shop.audit.trail import entries_of
from shop.customer import roles
from shop.order.models import Order
from shop.testing.factories import (
    ADDRESS,
    CONTACT,
    deliver_from,
    make_delivery,
    make_location,
    make_order,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.programs import Program
from shop.testing.statements import stock_moved_last
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db

ORDERS = "/api/admin/orders/"


@pytest.fixture
def paid(here, tea, shopper):
    order = make_order(here, (tea, 2), user=shopper.user)
    do_all_work()
    order.refresh_from_db()
    return order


@pytest.fixture
def sent(here, tea, shopper):
    """A delivery that waits to be sent."""
    deliver_from(here)
    order = make_delivery(here, (tea, 1), user=shopper.user)
    do_all_work()
    return order


@pytest.fixture
def desk(here):
    return Program(make_user(roles.ORDER_DESK, [here]))


def of(order, rest=""):
    return f"{ORDERS}{order.number}/{rest}"


def move(program, order, status, **said):
    return program.patch(of(order), {"status": status, **said})


def numbers(program, query=""):
    page = program.get(f"{ORDERS}?page=1{query}")
    return [order["number"] for order in page.json()["items"]]


class TestSeen:
    def test_by_those_who_work_there(self, owner, seller, seller_elsewhere, desk, paid):
        for program in (owner, seller, desk):
            assert numbers(program) == [paid.number]
            assert program.get(of(paid)).json()["number"] == paid.number
        assert numbers(seller_elsewhere) == []
        assert seller_elsewhere.get(of(paid)).status_code == 404

    def test_by_no_shopper_be_it_their_own(self, shopper, stranger, client, paid):
        for program in (shopper, stranger):
            assert_refused(program.get(f"{ORDERS}?page=1"), "permission_denied", 403)
            assert_refused(program.get(of(paid)), "permission_denied", 403)
        assert client.get(of(paid)).status_code == 401

    def test_without_who_it_is_for_or_what_it_is_collected_with(self, owner, shopper, sent, paid):
        code = shopper.get(f"/api/orders/{paid.number}/").json()["pickup"]["code"]
        told = owner.get(f"{ORDERS}?page=1").content.decode()
        secrets = (CONTACT.name, CONTACT.email, CONTACT.phone, ADDRESS.line1, ADDRESS.city)
        for secret in (*secrets, shopper.user.username, shopper.user.email, code):
            assert secret not in told
        assert owner.get(of(paid)).json()["pickup"].keys() == {"code", "qr_url", "expires_at"}

    def test_narrowed_down(self, owner, here, tea, paid):
        there = make_location(name="Magpie There", code="there")
        offer(tea, there)
        other = make_order(there, (tea, 1))
        Order.objects.filter(pk=other.pk).update(date_placed=timezone.now() - timedelta(days=3))
        day = f"{timezone.now() - timedelta(days=3):%Y-%m-%d}"
        today = f"{timezone.now():%Y-%m-%d}"

        assert numbers(owner) == [paid.number, other.number]
        assert numbers(owner, "&status=paid") == [paid.number]
        assert numbers(owner, "&location=there") == [other.number]
        assert numbers(owner, f"&location={here.pk}") == [paid.number]
        assert numbers(owner, "&location=magpie%20there&status=paid") == []
        assert numbers(owner, f"&from={today}") == [paid.number]
        assert numbers(owner, f"&from={day}&to={day}") == [other.number]
        assert numbers(owner, f"&to={day}T00:00:00Z") == []
        assert numbers(owner, "&from=0001-01-01&to=9999-12-31") == [paid.number, other.number]

    @pytest.mark.parametrize(
        ("query", "named"),
        [("status=lost", "status"), ("from=soon", "from"), ("to=2026-13-01", "to")],
    )
    def test_what_is_no_filter_is_named(self, owner, query, named):
        refused = owner.get(f"{ORDERS}?page=1&{query}")
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [named])

    def test_at_the_same_cost_whatever_there_is(self, owner, here, tea, paid):
        few = self.queries(owner)
        for _order in range(2):
            make_order(here, (tea, 1))
        do_all_work()
        assert few == self.queries(owner) <= 14

    def queries(self, owner):
        with CaptureQueriesContext(connection) as queries:
            owner.get(f"{ORDERS}?page=1")
        return len(queries)


class TestMovedOn:
    def test_from_paid_to_completed(self, owner, paid):
        ready = move(owner, paid, "ready")
        completed = move(owner, paid, "completed", reason="Known at the door.")

        assert (ready.json()["status"], completed.json()["status"]) == ("ready", "completed")
        assert [entry.summary for entry in entries_of(paid)][::-1] == [
            "paid → ready to collect, by a program",
            "ready to collect → completed, by a program",
        ]
        assert_invariants()

    def test_a_delivery_on_its_way_and_to_its_door(self, owner, sent):
        shipped = move(owner, sent, "shipped", tracking={"carrier": "CTT", "number": "RR1"})
        told_anew = owner.patch(of(sent), {"tracking": "RR2"})
        arrived = move(owner, sent, "completed")

        assert shipped.json()["tracking"] == {"carrier": "CTT", "number": "RR1"}
        assert told_anew.json()["tracking"] == {"carrier": "", "number": "RR2"}
        assert arrived.json()["status"] == "completed"
        assert_invariants()

    def test_a_cancelled_one_sends_its_money_back(self, owner, paid):
        assert move(owner, paid, "cancelled", reason="Sold out.").json()["status"] == "cancelled"
        do_all_work()
        assert owner.get(of(paid)).json()["payment"]["refunded"] == "6.40"
        assert_invariants()

    @pytest.mark.parametrize("status", ["pending", "paid", "shipped", "completed", "refunded"])
    def test_where_it_cannot_go_it_does_not(self, owner, paid, status):
        refused = move(owner, paid, status)
        assert refused.status_code == 409
        assert refused.json()["code"] in ("invalid_transition", "not_ready")
        assert owner.get(of(paid)).json()["status"] == "paid"

    def test_a_parcels_number_before_there_is_a_parcel(self, owner, sent):
        assert_refused(owner.patch(of(sent), {"tracking": "RR2"}), "invalid_transition")

    @pytest.mark.parametrize(
        ("body", "field"),
        [({}, "status"), ({"status": "lost"}, "status"), ({"tracking": [1]}, "tracking")],
    )
    def test_what_is_no_step_is_named(self, owner, sent, body, field):
        refused = owner.patch(of(sent), body)
        assert refused.status_code == 400
        assert next(iter(refused.json()["errors"])).startswith(field)

    def test_by_nobody_who_may_not(self, seller, seller_elsewhere, shopper, desk, paid):
        for program in (seller, seller_elsewhere, shopper):
            assert_refused(move(program, paid, "ready"), "permission_denied", 403)
        elsewhere = Program(make_user(roles.ORDER_DESK, [make_location()]))
        assert_refused(move(elsewhere, paid, "ready"), "not_found", 404)
        assert move(desk, paid, "ready").status_code == 200


class TestRefunded:
    def test_a_part(self, owner, paid, tea):
        part = refund(owner, paid, amount="2.40", reason="Torn bags.")

        assert part.status_code == 201
        assert part.json() | {"id": "", "payment": "", "created_at": ""} == {
            "id": "",
            "order": paid.number,
            "payment": "",
            "amount": "2.40",
            "currency": "EUR",
            "status": "pending",
            "reason": "Torn bags.",
            "created_at": "",
        }
        do_all_work()
        order = owner.get(of(paid)).json()
        assert (order["status"], order["payment"]["refunded"]) == ("paid", "2.40")
        assert tea.stockrecords.get().num_allocated == 2
        assert_invariants()

    def test_the_rest_with_its_goods(self, owner, paid, tea):
        with stock_moved_last():
            assert refund(owner, paid, **{"Idempotency-Key": "k"}).json()["amount"] == "6.40"
        do_all_work()
        assert owner.get(of(paid)).json()["status"] == "refunded"
        assert tea.stockrecords.get().net_stock_level == 5
        assert_invariants()

    @pytest.mark.parametrize(("restock", "left"), [(True, 5), (False, 3), (None, 3)])
    def test_what_was_handed_over_comes_back_if_it_is_said(self, owner, paid, tea, restock, left):
        move(owner, paid, "ready"), move(owner, paid, "completed", reason="Known.")
        assert refund(owner, paid, restock=restock).status_code == 201
        do_all_work()
        assert tea.stockrecords.get().num_in_stock == left
        assert_invariants()

    @pytest.mark.parametrize("amount", ["6.41", "0", "-1", "much", "1.001"])
    def test_no_more_than_is_left(self, owner, paid, amount):
        refused = refund(owner, paid, amount=amount)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["amount"])

    def test_not_before_it_is_paid(self, owner, here, tea):
        refused = refund(owner, make_order(here, (tea, 1)))
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["amount"])

    def test_once_for_a_key(self, owner, paid):
        again = [refund(owner, paid, amount="1.00", **{"Idempotency-Key": "k"}) for _ in "ab"]
        assert [answer.status_code for answer in again] == [201, 201]
        assert again[0].json() == again[1].json()
        assert again[1]["Idempotent-Replayed"] == "true"
        do_all_work()
        assert owner.get(of(paid)).json()["payment"]["refunded"] == "1.00"

    def test_by_nobody_who_may_not(self, seller, shopper, paid):
        for program in (seller, shopper):
            assert_refused(refund(program, paid), "permission_denied", 403)
        elsewhere = Program(make_user(roles.ORDER_DESK, [make_location()]))
        assert_refused(refund(elsewhere, paid), "not_found", 404)


def refund(program, order, **said):
    headers = {name: said.pop(name) for name in list(said) if name == "Idempotency-Key"}
    return program.post(of(order, "refunds/"), said, **headers)
