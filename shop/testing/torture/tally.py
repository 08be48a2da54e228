"""How a crowd fared, and what was promised to it."""

from collections import Counter
from dataclasses import dataclass, field

from shop.locations.models import Location
from shop.order.models import Order

PAID = "paid and succeeded"


@dataclass
class Tally:
    """Each attempt is an order, a refusal, or an error.

    `repeated` counts the requests that a shopper had to send again while something was
    away; `broken` says in a sentence each which promises were not kept.
    """

    attempts: int = 0
    orders: set[str] = field(default_factory=set)
    refusals: int = 0
    errors: list[str] = field(default_factory=list)
    repeated: int = 0
    broken: list[str] = field(default_factory=list)
    location: Location | None = None
    # When the fault was over, if there was one; else all ends with the last attempt.
    over_at: float | None = None
    # When the last of those was served who had been cut off.
    served_at: float = 0.0
    # What the shop said of itself meanwhile, where it answered at all.
    faults: list[str] = field(default_factory=list)

    def count(self, outcome):
        self.attempts += 1
        if isinstance(outcome, Exception):
            self.errors.append(f"{type(outcome).__name__}: {outcome}"[:200])
        elif outcome is None:
            self.refusals += 1
        else:
            self.orders.add(outcome)

    def demand(self, what, found, wanted):
        if found != wanted:
            self.broken.append(f"{what}: {found}, not {wanted}")

    def demand_each(self, found, wanted):
        """The same of `demand` for each name in two counters."""
        for name in sorted(found | wanted):
            self.demand(name, found[name], wanted[name])

    def demand_paid(self):
        """Every order is paid, by one payment."""
        self.demand_each(fates(self.orders), Counter({PAID: len(self.orders)}))


def fates(numbers):
    """How many of these orders came to which end, and their payments to which."""
    ends = Order.objects.filter(number__in=numbers).values_list("status", "payments__status")
    return Counter(f"{order} and {payment}" for order, payment in ends)
