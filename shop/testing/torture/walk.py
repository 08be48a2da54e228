"""A thousand random steps, from ordering to handing over, and every rule kept on the way."""

from functools import partial

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from shop.inventory import stock, stocktakes, transfers
from shop.inventory.models import Stocktake, Transfer
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.payment import expiry, refund_settlement, settlement
from shop.payment.cancellation import cancel_order
from shop.payment.gateways import simulated, wire
from shop.payment.gateways.scenarios import SCENARIOS as TOKENS
from shop.payment.models import Payment, Refund
from shop.testing.factories import deliver_from as let_deliver
from shop.testing.factories import make_code, make_location, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.torture import steps
from shop.testing.torture.ending import let_time_run_out
from shop.testing.torture.tally import Tally
from shop.testing.worker import sweep
from tasks.models import OutboxMessage

QUANTITIES = st.integers(1, 4)
WHICH = st.integers(0, 1000)
STEPS_BETWEEN_LOOKS = 20
# Each leaves out some of the rules, by chance.
WALKS = 5


class Walk(RuleBasedStateMachine):
    """Three locations that sell the same two products, to be collected or sent.

    Each step is one call into the domain. Work that a step leaves behind is a step of its
    own, done at any time after it, or never.
    """

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
        for location in self.locations:
            let_deliver(location)
        self.colleague = make_user("Counter", locations=self.locations)
        self.code = make_code(f"WALK{self.locations[0].pk}", max_uses=20).code
        for location in self.locations:
            for token in ("sim_ok", "sim_requires_action"):
                self.take(partial(steps.collected, location, self.products[0], 2, token))

    def orders(self, *statuses):
        here = Order.objects.filter(location__in=self.locations).order_by("pk")
        return here.filter(status__in=statuses) if statuses else here

    def payments(self):
        return Payment.objects.filter(order__in=self.orders()).order_by("created_at", "pk")

    def refunds(self):
        found = Refund.objects.filter(payment__in=self.payments())
        return found.select_related("payment").order_by("created_at", "pk")

    def take(self, step, *rows):
        """One step with each of these rows there is; a refusal is an answer like any other."""
        if None in rows:
            return
        self.tally.attempts += 1
        try:
            made = step(*rows)
        except steps.REFUSALS:
            self.tally.refusals += 1
        else:
            self.tally.orders |= {made.number} if isinstance(made, Order) else set()
        if self.tally.attempts % STEPS_BETWEEN_LOOKS == 0:
            assert_invariants()

    @rule(place=WHICH, what=WHICH, quantity=QUANTITIES, token=st.sampled_from(sorted(TOKENS)))
    def order(self, place, what, quantity, token):
        location, product = one_of(self.locations, place), one_of(self.products, what)
        self.take(lambda: steps.collected(location, product, quantity, token))

    @rule(place=WHICH, what=WHICH, quantity=QUANTITIES)
    def order_with_code(self, place, what, quantity):
        location, product = one_of(self.locations, place), one_of(self.products, what)
        self.take(lambda: steps.collected(location, product, quantity, "sim_ok", self.code))

    @rule(place=WHICH, what=WHICH, quantity=QUANTITIES)
    def order_delivery(self, place, what, quantity):
        location, product = one_of(self.locations, place), one_of(self.products, what)
        self.take(lambda: steps.delivered(location, product, quantity))

    @rule(which=WHICH)
    def do_work(self, which):
        unfinished = OutboxMessage.objects.unfinished().order_by("pk")
        self.take(steps.work, one_of(unfinished, which))

    @rule(which=WHICH)
    def pay(self, which):
        waiting = self.payments().filter(order__status=Status.PENDING)
        self.take(settlement.collect, one_of(waiting.select_related("order"), which))

    @rule(which=WHICH, says=st.sampled_from([simulated.confirm, simulated.decline]))
    def answer_bank(self, which, says):
        self.take(says, one_of(self.payments().filter(status="requires_action"), which))

    @rule()
    def post_webhooks(self):
        self.take(lambda: wire.deliver_due(steps.in_an_hour()))

    @rule()
    def look_up_payments(self):
        self.take(lambda: sweep(steps.in_an_hour()))

    @rule(which=WHICH)
    def let_time_run_out(self, which):
        self.take(steps.let_time_run_out, one_of(self.orders(Status.PENDING), which))

    @rule()
    def expire(self):
        self.take(expiry.expire_orders)

    @rule(which=WHICH)
    def cancel(self, which):
        cancel = partial(cancel_order, actor=None, reason="walk", ending=Ending.BY_STAFF)
        self.take(cancel, one_of(self.orders(), which))

    @rule(which=WHICH, share=st.sampled_from([1, 2, 3]))
    def refund(self, which, share):
        self.take(partial(steps.refund_share, share=share), one_of(self.payments(), which))

    @rule(which=WHICH, quantity=QUANTITIES, restock=st.booleans())
    def refund_line(self, which, quantity, restock):
        refund = partial(steps.refund_line, quantity=quantity, restock=restock)
        self.take(refund, one_of(self.orders(), which))

    @rule(which=WHICH)
    def send_refund(self, which):
        self.take(refund_settlement.send, one_of(self.refunds(), which))

    @rule()
    def send_refunds_again(self):
        self.take(lambda: steps.send_refunds_again(self.refunds()))

    @rule(which=WHICH)
    def make_ready(self, which):
        self.take(partial(lifecycle.mark_ready, actor=None), one_of(self.orders(), which))

    @rule(which=WHICH)
    def hand_over(self, which):
        ready = one_of(self.orders(Status.READY), which)
        self.take(partial(steps.hand_over, actor=self.colleague), ready)

    @rule(which=WHICH)
    def undo_hand_over(self, which):
        completed = one_of(self.orders(Status.COMPLETED), which)
        self.take(partial(steps.undo, actor=self.colleague), completed)

    @rule(which=WHICH)
    def ship(self, which):
        ship = partial(lifecycle.ship, actor=None, carrier="Post")
        self.take(ship, one_of(self.orders(Status.PAID), which))

    @rule(which=WHICH)
    def deliver(self, which):
        sent = one_of(self.orders(Status.SHIPPED), which)
        self.take(partial(lifecycle.deliver, actor=None), sent)

    @rule(which=WHICH, quantity=QUANTITIES)
    def get_goods(self, which, quantity):
        record = one_of(self.records, which)
        self.take(lambda: stock.receive([(record.pk, quantity)], reason="walk"))

    @rule(which=WHICH, change=st.integers(-6, 6).filter(bool))
    def adjust(self, which, change):
        self.take(partial(stock.adjust, change=change, reason="walk"), one_of(self.records, which))

    @rule(which=WHICH)
    def begin_stocktake(self, which):
        self.take(stocktakes.begin, one_of(self.locations, which))

    @rule(which=WHICH, counted=st.integers(0, 12))
    def count(self, which, counted):
        count = partial(steps.count, counted=counted, which=which)
        self.take(count, one_of(self.counting(), which))

    @rule(which=WHICH)
    def close_stocktake(self, which):
        self.take(stocktakes.close, one_of(self.counting(), which))

    def counting(self):
        return Stocktake.objects.filter(location__in=self.locations).order_by("pk")

    @rule(which=WHICH, receiver=WHICH, quantity=QUANTITIES)
    def send_away(self, which, receiver, quantity):
        record, there = one_of(self.records, which), one_of(self.locations, receiver)
        here = next(place for place in self.locations if place.pk == record.partner_id)
        self.take(lambda: transfers.send(here, there, [(record.pk, quantity)]))

    @rule(which=WHICH, lost=st.integers(0, 1))
    def receive(self, which, lost):
        self.take(partial(steps.receive, lost=lost), one_of(self.sent(), which))

    @rule(which=WHICH)
    def call_back(self, which):
        self.take(partial(transfers.cancel, reason="walk"), one_of(self.sent(), which))

    def sent(self):
        return Transfer.objects.filter(sender__in=self.locations).order_by("pk")


def one_of(rows, which):
    """One of the rows that there are, or None."""
    rows = list(rows)
    return rows[which % len(rows)] if rows else None


def walk(number):
    """Take so many random steps or more, and look at every rule on the way and in the end."""
    Walk.tally = Tally()
    while Walk.tally.attempts < number:
        _walk_some(number // WALKS)
    assert_invariants()
    return Walk.tally


def _walk_some(number):
    run_state_machine_as_test(
        Walk,
        settings=settings(
            # The first is always the dullest: the same step again and again.
            max_examples=WALKS + 1,
            stateful_step_count=number,
            # A shop that is broken stays so: there is no shorter way to find in it.
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def a_thousand_random_steps(ground, scale):
    """In this process, against the domain's own functions, and beside the shop's workers, who do
    what each step leaves behind at the same time."""
    tally = walk(1000 // scale)
    let_time_run_out(Order.objects.filter(number__in=tally.orders))
    tally.demand("a thousand steps or more", tally.attempts >= 1000 // scale, True)
    yield tally


SCENARIOS = [a_thousand_random_steps]
