"""The counter by program: a code is looked up and handed over once, by those who work there."""

import pytest

from shop.api.tests.test_orders import assert_refused
from shop.customer import roles
from shop.order import lifecycle
from shop.order.models import Order
from shop.payment.cancellation import cancel_order
from shop.pickup import codes, undo
from shop.testing.factories import make_location, make_order, make_user
from shop.testing.invariants import assert_invariants
from shop.testing.programs import Program
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db
PICKUPS = "/api/admin/pickups/"


@pytest.fixture
def counter(here):
    return Program(make_user(roles.COUNTER, [here]))


@pytest.fixture
def counter_elsewhere():
    return Program(make_user(roles.COUNTER, [make_location()]))


@pytest.fixture
def paid(here, tea, shopper):
    order = make_order(here, (tea, 2), user=shopper.user)
    do_all_work()
    order.refresh_from_db()
    return order


@pytest.fixture
def ready(paid):
    lifecycle.mark_ready(paid, actor=None)
    return paid


def token_of(order):
    return codes.token_of(order.pickup_codes.get(voided_at=None))


def typed(order):
    return codes.short_of(order.pickup_codes.get(voided_at=None)).lower()


def collect(program, code):
    return program.post(f"{PICKUPS}{code}/collect/")


def test_what_to_hand_over_is_looked_up_by_either_code(counter, ready):
    for scanned in ({"token": token_of(ready)}, {"code": typed(ready)}):
        found = counter.post(PICKUPS, scanned)
        assert found.status_code == 200
        told = found.json()
        assert (told["number"], told["status"], told["location"]) == (ready.number, "ready", "here")
        assert [(item["sku"], item["quantity"]) for item in told["items"]] == [("TEA", 2)]
        assert told["collected_at"] is None


@pytest.mark.parametrize("code_of", [token_of, typed])
def test_it_is_handed_over_once(counter, ready, code_of):
    code = code_of(ready)

    handed_over, again = collect(counter, code), collect(counter, code)

    assert (handed_over.status_code, handed_over.json()["status"]) == (200, "completed")
    assert handed_over.json()["collected_at"]
    assert_refused(again, "already_collected")
    assert_refused(counter.post(PICKUPS, {"token": code}), "already_collected")
    assert Order.objects.get().status == "completed"
    assert_invariants()


@pytest.mark.parametrize("code_of", [token_of, typed])
def test_elsewhere_nobody_has_it(counter_elsewhere, ready, code_of):
    assert_refused(collect(counter_elsewhere, code_of(ready)), "wrong_location")
    assert_refused(counter_elsewhere.post(PICKUPS, {"token": code_of(ready)}), "wrong_location")
    ready.refresh_from_db()
    assert ready.status == "ready"


class TestRefused:
    def test_what_is_not_ready(self, counter, paid):
        assert_refused(collect(counter, token_of(paid)), "not_ready")

    def test_what_was_cancelled(self, counter, ready):
        token = token_of(ready)
        cancel_order(ready, actor=None, reason="Sold out.")
        assert_refused(collect(counter, token), "cancelled")

    def test_what_was_refunded(self, counter, ready):
        token = token_of(ready)
        cancel_order(ready, actor=None, reason="Sold out.")
        do_all_work()
        assert_refused(collect(counter, token), "refunded")

    def test_what_is_not_paid(self, counter, here, tea):
        order = make_order(here, (tea, 1))
        token = codes.token_of(codes.issue(order))
        assert_refused(collect(counter, token), "not_paid")

    def test_what_a_newer_code_replaced(self, counter, ready):
        token = token_of(ready)
        codes.reissue(ready, actor=None)
        assert_refused(collect(counter, token), "withdrawn")

    def test_what_waited_too_long(self, counter, ready):
        ready.pickup_codes.update(expires_at=ready.date_placed)
        assert_refused(collect(counter, token_of(ready)), "expired")

    def test_what_nobody_issued(self, counter):
        assert_refused(collect(counter, "7K3MP4QX"), "not_found", 404)

    def test_whoever_keeps_guessing_has_to_wait(self, counter):
        guesses = [collect(counter, f"7K3MP4Q{digit}") for digit in "ABCDEFGHJKMNPQRSTVWXY"]
        assert_refused(guesses[-1], "throttled", 429)
        assert int(guesses[-1]["Retry-After"]) > 0

    @pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": "a", "code": "b"}])
    def test_what_is_no_code(self, counter, body):
        refused = counter.post(PICKUPS, body)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["token"])


def test_nobody_else_hands_over(shopper, stranger, seller, client, ready):
    for program in (shopper, stranger, seller):
        assert_refused(collect(program, token_of(ready)), "permission_denied", 403)
        assert_refused(program.post(PICKUPS, {"token": "x"}), "permission_denied", 403)
    assert client.post(f"{PICKUPS}x/collect/").status_code == 401


@on_committed_rows
def test_of_two_colleagues_at_once_one_hands_over(counter, here, ready):
    colleague, token = Program(make_user(roles.COUNTER, [here])), token_of(ready)

    answers = race(lambda: collect(counter, token), lambda: collect(colleague, token))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert undo.still_open().count() == 1
    assert_invariants()
