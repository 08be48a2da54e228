"""A thousand random steps, from ordering to handing over, and every rule kept on the way."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from shop.basket.contents import BasketRefused
from shop.checkout.place_order import LinesRefused, PaymentChoice
from shop.inventory import stock, transfers
from shop.inventory.stock import OutOfStock
from shop.inventory.transfers import Arrival, TransferRefused
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.order.statuses import InvalidTransition
from shop.payment import refunds, settlement
from shop.payment.cancellation import cancel_order
from shop.payment.gateways import NoAnswer
from shop.payment.models import Payment, Refund
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.torture.shoppers import Tally

QUANTITIES = st.integers(1, 4)
WHICH = st.integers(0, 1000)
TOKENS = st.sampled_from(["sim_ok", "sim_ok", "sim_declined", "sim_requires_action"])
STEPS_BETWEEN_LOOKS = 20
REFUSALS = (
    BasketRefused,
    LinesRefused,
    OutOfStock,
    InvalidTransition,
    TransferRefused,
    NoAnswer,
    refunds.TooMuch,
)


class Walk(RuleBasedStateMachine):
    """Three locations that sell the same two products."""

    tally = Tally()

    @initialize()
    def open(self):
        self.locations = [make_location() for _each in range(3)]
        self.products = [make_product() for _each in range(2)]
        self.records = [
            offer(product, location, in_stock=10, low_stock_threshold=3)
            for location in self.locations
            for product in self.products
        ]
        self.transfers, self.steps = [], 0

    def one_of(self, rows, which):
        rows = list(rows)
        return rows[which % len(rows)] if rows else None

    def orders(self, *statuses):
        here = Order.objects.filter(location__in=self.locations).order_by("pk")
        return here.filter(status__in=statuses) if statuses else here

    def take(self, step):
        """One step; a refusal is an answer like any other."""
        try:
            outcome = step()
        except REFUSALS:
            outcome = None
        self.tally.count(outcome.number if isinstance(outcome, Order) else None)
        self.steps += 1
        if self.steps % STEPS_BETWEEN_LOOKS == 0:
            assert_invariants()
        return outcome

    @rule(place=WHICH, what=WHICH, quantity=QUANTITIES, token=TOKENS)
    def order(self, place, what, quantity, token):
        location, product = self.one_of(self.locations, place), self.one_of(self.products, what)
        choice = PaymentChoice(method="simulated", token=token)
        self.take(lambda: _ordered(location, product, quantity, choice))

    @rule(which=WHICH)
    def pay(self, which):
        payments = Payment.objects.filter(order__in=self.orders(Status.PENDING)).order_by("pk")
        if payment := self.one_of(payments, which):
            self.take(lambda: settlement.collect(payment))

    @rule(which=WHICH)
    def cancel(self, which):
        if order := self.one_of(self.orders(), which):
            self.take(
                lambda: cancel_order(order, actor=None, reason="walk", ending=Ending.BY_STAFF)
            )

    @rule(which=WHICH)
    def refund(self, which):
        payments = Payment.objects.filter(order__in=self.orders()).order_by("pk")
        if payment := self.one_of(payments, which):
            self.take(lambda: refunds.request_refund(payment, refunds.left_to_refund(payment)))

    @rule(which=WHICH)
    def send_refund(self, which):
        if refund := self.one_of(Refund.objects.filter(status="pending").order_by("pk"), which):
            self.take(lambda: refunds.send(refund))

    @rule(which=WHICH)
    def make_ready(self, which):
        if order := self.one_of(self.orders(Status.PAID), which):
            self.take(lambda: lifecycle.mark_ready(order, actor=None))

    @rule(which=WHICH)
    def hand_over(self, which):
        if order := self.one_of(self.orders(), which):
            self.take(lambda: lifecycle.complete(order))

    @rule(which=WHICH, change=st.integers(-6, 6).filter(bool))
    def adjust(self, which, change):
        record = self.one_of(self.records, which)
        self.take(lambda: stock.adjust(record, change, reason="counted"))

    @rule(sender=WHICH, receiver=WHICH, quantity=QUANTITIES)
    def send_away(self, sender, receiver, quantity):
        here, there = self.one_of(self.locations, sender), self.one_of(self.locations, receiver)
        record = next(r for r in self.records if r.partner_id == here.pk)
        sent = self.take(lambda: transfers.send(here, there, [(record.pk, quantity)]))
        self.transfers += [sent] if sent else []

    @rule(which=WHICH, lost=st.integers(0, 1))
    def receive(self, which, lost):
        if transfer := self.one_of(self.transfers, which):
            arrivals = {
                line.pk: Arrival(max(line.sent - lost, 0), "broken" if lost else "")
                for line in transfer.lines.all()
            }
            self.take(lambda: transfers.receive(transfer, arrivals))


def _ordered(location, product, quantity, choice):
    return make_order(location, (product, quantity), payment=choice)


def walk(steps):
    """Take so many random steps, and look at every rule on the way and in the end."""
    Walk.tally = Tally()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=1,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert_invariants()
    return Walk.tally


def a_thousand_random_steps(ground, scale):
    """In this process, against the domain's own functions; the workers settle what they can."""
    tally = walk(1000 // scale)
    return tally, True


SCENARIOS = [a_thousand_random_steps]
