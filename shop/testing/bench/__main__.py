"""`make bench`: each measure with its ratio and what design.md asks for."""

import sys
from functools import partial
from statistics import median

from shop.processes import Trouble
from shop.testing.bench import bare, grounds, load, lock_time, magpie, peer

SLICES = 5
SLICE_SECONDS = 5
CLIENTS = 16
MANY = 10


def main():
    with grounds.database_server() as server, grounds.broker() as redis_url:
        say("Filling our shop, and a stock one on django-oscar-api")
        ours = magpie.fill(server, redis_url)
        theirs = peer.fill(server, redis_url)
        with magpie.web(ours) as our_port, peer.web(theirs) as their_port:
            rates = in_turn(_orders(ours, our_port, theirs, their_port))
        held = lock_time.p95_milliseconds(ours)
    report(rates, held)


def _orders(ours, our_port, theirs, their_port):
    """What each slice measures, in orders a second."""
    rate = partial(load.orders_per_second, clients=CLIENTS, seconds=SLICE_SECONDS)
    spread = magpie.Walk(ours, our_port, ours.spread)
    template = bare.prepare(ours, sample=lambda: load.once(spread))
    return {
        "spread": partial(rate, spread),
        "oscar": partial(rate, peer.Walk(theirs, their_port)),
        "full": partial(rate, magpie.Walk(ours, our_port, ours.spread, MANY)),
        "full oscar": partial(rate, peer.Walk(theirs, their_port, MANY)),
        "hot": partial(rate, magpie.Walk(ours, our_port, ours.hot)),
        "bare": partial(bare.orders_per_second, template, CLIENTS, SLICE_SECONDS),
    }


def in_turn(measures):
    """Slices of each measure, one after the other, so that all see the same weather."""
    rates = {name: [] for name in measures}
    for measure in measures.values():
        measure()  # Caches and connections are filled by a slice that does not count.
    for number in range(SLICES):
        for name, measure in measures.items():
            rates[name].append(measure())
        figures = ", ".join(f"{name} {taken[-1]:.0f}" for name, taken in rates.items())
        say(f"Slice {number + 1} of {SLICES}, orders a second: {figures}")
    return rates


def report(rates, held):
    rows = [
        ("basket + checkout, ours : django-oscar-api", ratio(rates, "spread", "oscar"), ">= 10"),
        ("the same with ten lines an order", ratio(rates, "full", "full oscar"), ">= 10"),
        ("orders over HTTP : bare rows by pgbench", ratio(rates, "spread", "bare"), ">= 0.10"),
        ("one hot product : spread over 1,000", ratio(rates, "hot", "spread"), ">= 0.8"),
        ("first stock update to commit, p95, ms", held, "<= 2"),
    ]
    say(f"\n{'what':<46}{'measured':>10}  {'asked for':>9}")
    for name, measured, wanted in rows:
        say(f"{name:<46}{measured:>10.3g}  {wanted:>9}")


def ratio(rates, ours, reference):
    return median(a / b for a, b in zip(rates[ours], rates[reference], strict=True))


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(str(trouble))
