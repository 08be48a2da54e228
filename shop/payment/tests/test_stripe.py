"""Stripe's gateway, against the stand-in as a process of its own; what that cannot, without it."""

import json
import time
from decimal import Decimal
from functools import partial

import pytest
import stripe
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from shop.basket.models import Basket
from shop.checkout.place_order import PaymentChoice, place_order
from shop.order.models import Order
from shop.payment.gateways import (
    Answer,
    CannotCharge,
    NoAnswer,
    UnknownMethod,
    UnknownToken,
    gateway_for,
)
from shop.payment.gateways import stripe as gateway_module
from shop.payment.gateways.minor_units import from_minor, to_minor
from shop.payment.gateways.stripe import StripeGateway
from shop.payment.models import (
    Outcome,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    WebhookEvent,
)
from shop.payment.refund_settlement import settle_refund
from shop.payment.refunds import request_refund
from shop.payment.settlement import settle
from shop.payment.webhooks import handle
from shop.testing.factories import (
    CONTACT,
    make_basket,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows
from shop.testing.stripe_server import SECRET, stripe_process, stripe_server
from shop.testing.worker import do_all_work

__all__ = ["stripe_process", "stripe_server"]

GOOD, DECLINED, ASKS = "4242424242424242", "4000000000000341", "4000002500003155"


def order_with(token, user=None):
    location, product = make_location(), make_product()
    offer(product, location, "12.50", in_stock=10)
    choice = PaymentChoice("stripe", token)
    return make_order(location, (product, 2), payment=choice, user=user)


def stands(order):
    order.refresh_from_db()
    payment = order.payments.get()
    return order.status, payment.status, payment.failure_code


@pytest.fixture(autouse=True)
def _nobody_was_away():
    yield
    gateway_module.away.reset()


@pytest.mark.django_db
class TestWithTheStandIn:
    def test_a_card_is_charged_once(self, stripe_server):
        order = order_with(stripe_server.card(GOOD))
        do_all_work()
        assert stands(order) == ("paid", "succeeded", "")
        payment = order.payments.get()
        assert payment.reference.startswith("pi_")
        answer = gateway_for("stripe").look_up(payment)
        assert (answer.status, answer.amount, answer.currency) == ("succeeded", Decimal(25), "EUR")
        assert gateway_for("stripe").charge(payment) == answer
        assert gateway_for("stripe").cancel(payment) == answer

    def test_a_card_is_declined(self, stripe_server):
        shopper = make_user()
        order = order_with(stripe_server.card(DECLINED), shopper)
        do_all_work()
        assert stands(order) == ("cancelled", "failed", "card_declined")
        assert Basket.open.get(owner=shopper).lines.get().quantity == 2
        payment = order.payments.get()
        assert gateway_for("stripe").look_up(payment).failure_code == "card_declined"

    def test_a_card_that_stripe_does_not_know_fails(self, stripe_server):
        order = order_with("pm_nobodys")
        do_all_work()
        assert stands(order)[:2] == ("cancelled", "failed")

    @pytest.mark.parametrize(("success", "ends"), [(True, "succeeded"), (False, "failed")])
    def test_a_bank_asks_the_shopper(self, stripe_server, success, ends):
        order = order_with(stripe_server.card(ASKS))
        do_all_work()
        assert stands(order) == ("pending", "requires_action", "")
        payment, gateway = order.payments.get(), gateway_for("stripe")
        secret = gateway.client_secret(payment)
        assert secret.startswith(f"{payment.reference}_secret_")
        stripe_server.confirm(payment.reference, secret, success=success)
        assert gateway.look_up(payment).status == ends

    def test_one_that_waits_is_cancelled(self, stripe_server):
        order = order_with(stripe_server.card(ASKS))
        do_all_work()
        payment = order.payments.get()
        assert gateway_for("stripe").cancel(payment).status == "cancelled"
        assert gateway_for("stripe").look_up(payment).status == "cancelled"
        assert gateway_for("stripe").charge(payment).status == "cancelled"

    def test_one_that_was_never_confirmed_is_cancelled_for_certain(self, stripe_server):
        payment = order_with(stripe_server.card(GOOD)).payments.get()
        gateway = gateway_for("stripe")
        assert gateway.look_up(payment) is None
        assert gateway.cancel(payment).status == "cancelled"
        payment.refresh_from_db()
        assert gateway.charge(payment).status == "cancelled"

    def test_one_whose_worker_died_after_creating_it_is_confirmed_later(self, stripe_server):
        payment = order_with(stripe_server.card(GOOD)).payments.get()
        created = gateway_module._intent_of(payment)
        payment.refresh_from_db()
        assert payment.reference == created["id"]
        assert gateway_for("stripe").look_up(payment) is None
        assert gateway_for("stripe").charge(payment) == Answer(
            PaymentStatus.SUCCEEDED, created["id"], amount=Decimal("25.00"), currency="EUR"
        )

    def test_money_goes_back_in_parts(self, stripe_server):
        order = order_with(stripe_server.card(GOOD))
        do_all_work()
        for amount in ("10.00", "15.00"):
            request_refund(order.payments.get(), Decimal(amount))
            do_all_work()
        assert stands(order)[:2] == ("refunded", "refunded")
        assert all(r.reference.startswith("re_") for r in order.payments.get().refunds.all())
        assert_invariants()

    @pytest.mark.parametrize("is_known", [True, False])
    def test_a_refund_whose_answer_was_lost_is_found_and_not_sent_again(
        self, stripe_server, is_known
    ):
        order = order_with(stripe_server.card(GOOD))
        do_all_work()
        gateway, payment = gateway_for("stripe"), order.payments.get()
        others = [request_refund(payment, Decimal(amount)) for amount in (2, 3)]
        do_all_work()
        refund = request_refund(payment, Decimal(10))
        Refund.objects.filter(pk=refund.pk).update(asked_at=timezone.now())
        assert gateway.look_up_refund(refund) is None
        # A day later the gateway has forgotten the key, and would take this for another refund.
        sent = gateway.refund(refund)
        if is_known:
            Refund.objects.filter(pk=refund.pk).update(reference=sent.reference)
        do_all_work()
        refund.refresh_from_db()
        assert (refund.status, refund.reference) == ("succeeded", sent.reference)
        at_stripe = gateway_module._client().v1.refunds.list({"payment_intent": payment.reference})
        assert len(at_stripe.data) == len(others) + 1
        assert_invariants()

    def test_it_is_told_our_numbers_and_nothing_of_the_shopper(self, stripe_server):
        order = order_with(stripe_server.card(GOOD))
        do_all_work()
        payment = order.payments.get()
        known = gateway_module._retrieve(payment.reference)
        assert known["metadata"] == {"payment": payment.idempotency_key, "order": order.number}
        assert (known["amount"], known["currency"]) == (2500, "eur")
        assert CONTACT.email not in json.dumps(known)


@on_committed_rows
def test_its_webhooks_arrive_and_settle(stripe_server, live_server):
    stripe_server.post_webhooks_to(f"{live_server.url}/api/payment/webhook/")
    order = order_with(stripe_server.card(ASKS))
    do_all_work()
    payment = order.payments.get()
    secret = gateway_for("stripe").client_secret(payment)
    stripe_server.confirm(payment.reference, secret, success=True)
    until(WebhookEvent.objects.filter(gateway="stripe").exists)
    do_all_work()
    assert stands(order) == ("paid", "succeeded", "")
    event = WebhookEvent.objects.get()
    assert (event.kind, event.outcome) == ("payment_intent.succeeded", Outcome.SETTLED)
    assert secret not in json.dumps(event.payload)
    assert_invariants()


def until(holds):
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def offered(settings):
    """Stripe on offer, with nobody at the other end."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", SECRET
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {
        "stripe": "shop.payment.gateways.stripe.StripeGateway"
    }


def failure(kind, status=None, **error):
    return partial(
        kind,
        "Something is wrong.",
        **({"param": None, "code": error.get("code")} if kind in WITH_PARAM else {}),
        http_status=status,
        json_body={"error": error},
    )()


WITH_PARAM = (stripe.CardError, stripe.InvalidRequestError)


def failing(monkeypatch, error):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(gateway_module, "_intent_of", fail)


@pytest.mark.django_db
class TestWhatGoesWrong:
    @pytest.mark.parametrize(
        "error",
        [
            stripe.APIConnectionError("The connection was cut."),
            stripe.RateLimitError("Slower."),
            stripe.APIError("Down.", http_status=503),
            stripe.APIError("Still at it.", http_status=409, code="idempotency_key_in_use"),
        ],
    )
    def test_what_may_pass_is_no_answer(self, offered, monkeypatch, error):
        payment = order_with("pm_1").payments.get()
        failing(monkeypatch, error)
        for ask in (StripeGateway().charge, StripeGateway().cancel):
            with pytest.raises(NoAnswer):
                ask(payment)
            gateway_module.away.reset()

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
            ({"code": "card_declined", "decline_code": "generic_decline"}, "card_declined"),
            ({"code": "expired_card"}, "expired_card"),
            ({}, "unknown"),
        ],
    )
    def test_a_refused_card_fails_with_its_code(self, offered, monkeypatch, said, code):
        payment = order_with("pm_1").payments.get()
        failing(monkeypatch, failure(stripe.CardError, 402, **said))
        assert StripeGateway().charge(payment) == Answer(PaymentStatus.FAILED, failure_code=code)

    @pytest.mark.parametrize("kind", [stripe.AuthenticationError, stripe.PermissionError])
    def test_what_is_wrong_with_our_keys_is_loud(self, offered, monkeypatch, kind):
        payment = order_with("pm_1").payments.get()
        failing(monkeypatch, kind("Who are you?"))
        with pytest.raises(kind):
            StripeGateway().charge(payment)

    def test_a_dead_address_is_no_answer_and_is_not_waited_for_again_at_once(
        self, offered, settings, monkeypatch
    ):
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        payment = order_with("pm_1").payments.get()
        with pytest.raises(NoAnswer):
            StripeGateway().charge(payment)
        failing(monkeypatch, AssertionError("It is asked again."))
        with pytest.raises(NoAnswer):
            StripeGateway().charge(payment)


@pytest.mark.django_db
class TestKeys:
    @pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_test_1", "sk_1"])
    def test_nothing_but_a_test_key_is_used(self, offered, settings, key):
        payment = order_with("pm_1").payments.get()
        settings.STRIPE_SECRET_KEY = key
        assert "payment.E001" in [problem.id for problem in run_checks()]
        with pytest.raises(ImproperlyConfigured):
            StripeGateway().charge(payment)

    def test_live_ones_are_where_payments_are_live(self, offered, settings):
        settings.STRIPE_SECRET_KEY, settings.PAYMENTS_LIVE = "sk_live_1", True
        assert "payment.E001" not in [problem.id for problem in run_checks()]

    def test_its_webhooks_need_a_secret(self, offered, settings):
        settings.STRIPE_WEBHOOK_SECRET = ""
        assert "payment.E002" in [problem.id for problem in run_checks()]

    def test_it_is_not_offered_without_a_key(self):
        with pytest.raises(UnknownMethod):
            gateway_for("stripe")


@pytest.mark.django_db
class TestWhatIsTaken:
    @pytest.mark.parametrize("token", ["", "sim_ok", "pm_", GOOD, "pm_1/../x", "tok_1"])
    def test_a_token_that_stripe_never_gave_out(self, offered, token):
        basket = teapot_basket()
        with pytest.raises(UnknownToken):
            place_order(basket, CONTACT, PaymentChoice("stripe", token))
        assert not Order.objects.exists()

    def test_a_currency_in_thousandths(self, offered):
        basket = teapot_basket(currency="KWD")
        with pytest.raises(CannotCharge):
            place_order(basket, CONTACT, PaymentChoice("stripe", "pm_1"))
        assert not Order.objects.exists()
        basket.refresh_from_db()
        assert basket.status == "Open"

    @pytest.mark.parametrize(
        ("amount", "currency", "minor"),
        [
            ("12.50", "EUR", 1250),
            ("0.01", "CHF", 1),
            ("1250", "JPY", 1250),
            ("1250.00", "KRW", 1250),
            ("12", "ISK", 1200),
        ],
    )
    def test_sums_as_stripe_counts_them(self, amount, currency, minor):
        assert to_minor(Decimal(amount), currency) == minor
        assert from_minor(minor, currency.lower()) == Decimal(amount)

    @pytest.mark.parametrize(
        ("amount", "currency"),
        [("12.50", "JPY"), ("1", "KWD"), ("0.001", "EUR"), ("-1", "EUR"), ("1000000", "EUR")],
    )
    def test_sums_that_cannot_be_taken(self, amount, currency):
        with pytest.raises(CannotCharge):
            to_minor(Decimal(amount), currency)


def teapot_basket(**values):
    location, product = make_location(**values), make_product()
    offer(product, location, "12.50")
    return make_basket(location, (product, 1))


@pytest.mark.django_db
class TestItsWebhooks:
    def post(self, client, body, signature=None):
        if signature is None:
            signature = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET)
        return client.post(
            "/api/payment/webhook/",
            body,
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        ).status_code

    def event(self, kind, **entry):
        event = {"id": "evt_1", "type": kind, "created": time.time(), "data": {"object": entry}}
        return json.dumps(event | {"object": "event"}).encode()

    def signed(self, body, seconds):
        return stripe.WebhookSignature.generate_signature_header(
            body.decode(), SECRET, timestamp=int(time.time()) + seconds
        )

    def test_the_signature_and_its_age_are_checked(self, offered, client):
        body = self.event("payout.paid", object="payout")
        refused = ["", "t=1,v1=00", "v1=00", self.signed(body, -310), self.signed(body, 310)]
        assert [self.post(client, body, signature) for signature in refused] == [400] * 5
        assert self.post(client, b"\xff", "t=1,v1=00") == 400
        assert self.post(client, body, f"t={int(time.time())},v1=é") == 400
        assert self.post(client, body, self.signed(body, 290)) == 200

    @pytest.mark.parametrize(
        ("status", "entry", "ends"),
        [
            ("succeeded", {"amount_received": 2500}, "succeeded"),
            ("succeeded", {"amount_received": 2400}, "pending"),
            ("succeeded", {"currency": "usd"}, "pending"),
            ("canceled", {}, "cancelled"),
            ("processing", {}, "pending"),
            ("requires_action", {}, "requires_action"),
            ("requires_payment_method", {"last_payment_error": {"code": "x"}}, "failed"),
            ("requires_confirmation", {}, "pending"),
        ],
    )
    def test_an_intent_settles_its_payment(self, offered, client, status, entry, ends):
        order = order_with("pm_1")
        Payment.objects.update(look_at=order.expires_at)
        payment = order.payments.get()
        intent = {
            "object": "payment_intent",
            "id": "pi_1",
            "amount": 2500,
            "currency": "eur",
            "status": status,
            "metadata": {"payment": payment.idempotency_key},
        } | entry
        assert self.post(client, self.event("payment_intent.any", **intent)) == 200
        handle_webhooks()
        assert order.payments.get().status == ends

    def test_money_that_went_and_came_back_is_counted_no_longer(self, offered, client):
        payment = order_with("pm_1").payments.get()
        settle(payment, Answer(PaymentStatus.SUCCEEDED, "pi_1"))
        refund = request_refund(payment, payment.amount)
        settle_refund(refund, Answer(PaymentStatus.SUCCEEDED, "re_1"))
        metadata = {"refund": refund.idempotency_key}
        entry = {"object": "refund", "id": "re_1", "amount": 2500, "currency": "eur"}
        failed = self.event("refund.failed", **entry, status="failed", metadata=metadata)
        assert self.post(client, failed) == 200
        handle_webhooks()
        assert WebhookEvent.objects.get().outcome == Outcome.SETTLED
        refund.refresh_from_db()
        payment.refresh_from_db()
        assert (refund.status, payment.refunded) == (RefundStatus.FAILED, 0)

    def test_a_refund_made_elsewhere_is_of_no_concern(self, offered, client):
        refund = {"object": "refund", "id": "re_1", "amount": 1, "currency": "eur"}
        assert self.post(client, self.event("refund.updated", status="succeeded", **refund)) == 200
        handle_webhooks()
        assert WebhookEvent.objects.get().outcome == Outcome.IGNORED

    def test_an_event_that_says_nothing(self, offered, client):
        assert self.post(client, self.event("payment_intent.succeeded", object="refund")) == 200
        handle_webhooks()
        assert WebhookEvent.objects.get().outcome in (Outcome.IGNORED, Outcome.MALFORMED)


def handle_webhooks():
    for event in WebhookEvent.objects.all():
        handle(event)
