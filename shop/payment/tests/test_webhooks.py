import json
import time
from decimal import Decimal
from functools import partial

import pytest

from shop.order.models import Status
from shop.payment.gateways import signatures
from shop.payment.models import Outcome, PaymentEvent, PaymentStatus, WebhookEvent
from shop.payment.refunds import request_refund
from shop.signatures import digest
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.wire import post
from shop.testing.worker import do_all_work
from tasks.models import OutboxMessage
from tasks.outbox import perform


@pytest.fixture
def order():
    """An order of 25.00 EUR; its payment's task is lost, so only webhooks speak."""
    location, product = make_location(), make_product()
    offer(product, location, "12.50", in_stock=10)
    order = make_order(location, (product, 2))
    OutboxMessage.objects.all().delete()
    return order


def event(payment, event_id="evt_1", kind="payment.succeeded", **data):
    status = kind.partition(".")[2]
    data = {
        "key": payment.idempotency_key,
        "reference": "sim_9",
        "status": status,
        "amount": "25.00",
        "currency": "EUR",
    } | data
    body = {"id": event_id, "type": kind, "created": time.time(), "data": data}
    return json.dumps(body).encode()


def handled():
    """What became of each webhook that was stored, in turn."""
    do_all_work()
    return list(WebhookEvent.objects.order_by("pk").values_list("outcome", flat=True))


def stands(order):
    order.refresh_from_db()
    return order.status, order.payments.get().status


@pytest.mark.django_db
class TestAcknowledging:
    def test_an_event_is_stored_first_and_acted_on_afterwards(self, order):
        answer = post(event(order.payments.get()))
        assert (answer.status_code, answer.json()) == (200, {"received": True})
        assert stands(order) == ("pending", "pending")
        assert handled() == [Outcome.SETTLED]
        assert stands(order) == ("paid", "succeeded")
        assert WebhookEvent.objects.get().payment == order.payments.get()
        assert_invariants()

    def test_a_known_event_is_acknowledged_again_and_does_nothing_again(self, order):
        body = event(order.payments.get())
        assert [post(body).status_code for _time in range(3)] == [200] * 3
        assert handled() == [Outcome.SETTLED]
        assert post(body).status_code == 200
        assert not OutboxMessage.objects.filter(done_at=None).exists()
        assert PaymentEvent.objects.count() == 1

    def test_another_event_with_the_same_news_changes_nothing(self, order):
        post(event(order.payments.get(), "evt_1"))
        post(event(order.payments.get(), "evt_2"))
        assert handled() == [Outcome.SETTLED, Outcome.NOTHING_NEW]
        assert PaymentEvent.objects.count() == 1

    def test_it_costs_two_rows_however_much_there_is(self, order, django_assert_num_queries):
        bodies = [event(order.payments.get(), f"evt_{number}") for number in range(2)]
        for body in bodies:
            # The two inserts, and the savepoint that stands for a transaction in a test.
            with django_assert_num_queries(4):
                post(body)

    @pytest.mark.parametrize("path", ["", "simulated/"])
    def test_other_methods_are_refused(self, client, path):
        answer = client.get(f"/api/payment/webhook/{path}")
        assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
        assert answer.json()["code"] == "method_not_allowed"


def refused(answer):
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not WebhookEvent.objects.exists()
    return True


def signed_at(moment, body):
    return f"t={moment},v1={digest(moment, body, signatures._secret())}"


@pytest.mark.django_db
class TestForgeries:
    def test_one_without_a_signature(self, order):
        assert refused(post(event(order.payments.get()), ""))

    @pytest.mark.parametrize(
        "signature", ["t=1", "nonsense", "t=x,v1=00", f"t={10**11},v1={'0' * 64}", "é"]
    )
    def test_one_that_makes_no_sense(self, order, signature):
        assert refused(post(event(order.payments.get()), signature))

    def test_one_signed_by_somebody_else(self, order, settings):
        settings.SIMULATED_WEBHOOK_SECRET = "guessed"
        body = event(order.payments.get())
        signature = signatures.sign(body)
        settings.SIMULATED_WEBHOOK_SECRET = ""
        assert refused(post(body, signature))

    def test_one_whose_body_was_changed(self, order):
        body = event(order.payments.get())
        assert refused(post(body.replace(b"25.00", b"00.25"), signatures.sign(body)))

    @pytest.mark.parametrize("seconds", [-310, 310])
    def test_one_signed_at_another_time(self, order, seconds):
        body = event(order.payments.get())
        assert refused(post(body, signed_at(int(time.time()) + seconds, body)))

    @pytest.mark.parametrize("seconds", [-290, 290])
    def test_a_clock_that_is_a_little_off_is_forgiven(self, order, seconds):
        body = event(order.payments.get())
        assert post(body, signed_at(int(time.time()) + seconds, body)).status_code == 200

    def test_stripes_endpoint_of_a_shop_without_stripe(self, client, order):
        assert refused(client.post("/api/payment/webhook/", b"{}", content_type="application/json"))


@pytest.mark.django_db
class TestNonsense:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"no json",
            b"[]",
            b'"text"',
            b"\xff\xfe",
            b"[" * 200_000,
            b'{"id": "evt"}',
            b'{"id": 1, "type": "payment.succeeded"}',
            b'{"id": "evt", "type": "payment.succeeded", "data": NaN}',
            b'{"id": "evt\\u0000", "type": "payment.succeeded"}',
            b'{"id": "evt", "type": "x", "data": "\\ud800"}',
            b'{"id": "' + b"e" * 300 + b'", "type": "x"}',
            b'{"id": "evt", "type": "x", "data": "' + b"e" * 600_000 + b'"}',
        ],
    )
    def test_it_is_refused_in_words_though_it_was_signed(self, body):
        assert refused(post(body))

    @pytest.mark.parametrize(
        "data", [{"amount": "many"}, {"status": "odd"}, {"amount": "NaN"}, {"amount": None}]
    )
    def test_an_event_that_makes_no_sense_is_kept_and_does_nothing(self, order, data):
        assert post(event(order.payments.get(), **data)).status_code == 200
        assert handled()[0] in (Outcome.MALFORMED, Outcome.MISMATCH)
        assert stands(order) == ("pending", "pending")

    def test_an_event_without_data(self):
        body = json.dumps({"id": "evt_1", "type": "payment.succeeded", "created": "x"}).encode()
        assert post(body).status_code == 200
        assert handled() == [Outcome.MALFORMED]

    def test_an_event_of_no_concern(self):
        body = json.dumps({"id": "evt_1", "type": "weather.fine"}).encode()
        assert post(body).status_code == 200
        assert handled() == [Outcome.IGNORED]

    @pytest.mark.parametrize(
        "key", ["payment-1", "", "payment-00000000-0000-0000-0000-000000000000"]
    )
    def test_a_payment_that_nobody_knows(self, order, key):
        assert post(event(order.payments.get(), key=key)).status_code == 200
        assert handled() == [Outcome.UNKNOWN]
        assert stands(order) == ("pending", "pending")

    def test_what_is_personal_or_secret_is_not_kept(self, order):
        post(event(order.payments.get(), billing_details={"name": "Zebulon"}, client_secret="s"))
        assert "Zebulon" not in json.dumps(WebhookEvent.objects.get().payload)
        assert "client_secret" not in WebhookEvent.objects.get().payload["data"]


@pytest.mark.django_db
class TestWhatItSays:
    @pytest.mark.parametrize(
        "data",
        [{"amount": "24.99"}, {"amount": "0.25"}, {"amount": "2500"}, {"currency": "USD"}],
    )
    def test_another_sum_is_never_taken_for_the_money(self, order, data):
        post(event(order.payments.get(), **data))
        assert handled() == [Outcome.MISMATCH]
        assert stands(order) == ("pending", "pending")
        assert PaymentEvent.objects.get().kind == "mismatch"
        assert_invariants()

    def test_a_payment_is_found_by_its_reference_alone(self, order):
        order.payments.update(reference="sim_9")
        post(event(order.payments.get(), key=""))
        assert handled() == [Outcome.SETTLED]

    def test_no_gateway_speaks_for_another_ones_payments(self, order):
        order.payments.update(method="stripe", reference="sim_9")
        post(event(order.payments.get()))
        assert handled() == [Outcome.UNKNOWN]
        assert stands(order) == ("pending", "pending")

    def test_a_failure_that_comes_after_the_success_changes_nothing(self, order):
        post(event(order.payments.get(), "evt_1"))
        post(event(order.payments.get(), "evt_2", "payment.failed"))
        assert handled() == [Outcome.SETTLED, Outcome.NOTHING_NEW]
        assert stands(order) == ("paid", "succeeded")

    def test_a_refund_is_settled_by_its_webhook(self, order):
        post(event(order.payments.get()))
        do_all_work()
        refund = request_refund(order.payments.get(), Decimal("5.00"))
        OutboxMessage.objects.filter(effect="send_refund").delete()
        key = refund.idempotency_key
        post(event(refund, "evt_2", "refund.succeeded", key=key, amount="4.00"))
        post(event(refund, "evt_3", "refund.succeeded", key=key, amount="5.00"))
        post(event(refund, "evt_4", "refund.succeeded", key="refund-1", amount="5.00"))
        assert handled()[1:] == [Outcome.MISMATCH, Outcome.SETTLED, Outcome.UNKNOWN]
        assert order.payments.get().refunded == Decimal("5.00")
        assert_invariants()

    def test_an_earlier_attempts_no_says_nothing_about_the_one_under_way(self, order):
        post(event(order.payments.get()))
        do_all_work()
        refund = request_refund(order.payments.get(), Decimal("5.00"))
        OutboxMessage.objects.filter(effect="send_refund").delete()
        key = f"{refund.idempotency_key}-7"
        post(event(refund, "evt_2", "refund.failed", key=key, amount="5.00"))
        assert handled()[1:] == [Outcome.NOTHING_NEW]
        refund.refresh_from_db()
        assert refund.status == "pending"


def placed():
    location, product = make_location(), make_product()
    offer(product, location, "12.50", in_stock=10)
    return make_order(location, (product, 2))


@on_committed_rows
def test_an_event_that_arrives_four_times_at_once_is_stored_and_handled_once():
    order = placed()
    body = event(order.payments.get())
    assert [answer.status_code for answer in race(*[partial(post, body)] * 4)] == [200] * 4
    stored = WebhookEvent.objects.get()
    race(*[partial(perform, "handle_webhook", str(stored.pk))] * 2)
    stored.refresh_from_db()
    assert stored.outcome == Outcome.SETTLED
    assert order.payments.get().events.count() == 1
    assert_invariants()


@on_committed_rows
def test_an_answer_and_its_webhook_at_once_settle_once():
    order = placed()
    post(event(order.payments.get()))
    stored, payment = WebhookEvent.objects.get(), order.payments.get()
    race(
        partial(perform, "handle_webhook", str(stored.pk)),
        partial(perform, "collect_payment", str(payment.pk)),
    )
    order.refresh_from_db()
    assert (order.status, order.payments.get().status) == (Status.PAID, PaymentStatus.SUCCEEDED)
    assert order.payments.get().events.count() == 1
    assert order.pickup_codes.count() == 1
    assert_invariants()
