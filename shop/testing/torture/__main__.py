import argparse
import logging
import signal
import sys
import time
import traceback
from importlib import import_module

import django

from shop.testing.torture.ground import ground, say

SETTLED_WITHIN = 60
SMALL = 5
GROUPS = ("rushes", "tokens", "webhooks", "people", "clocks", "faults", "walk")
COLUMNS = "{:<34}{:>9}{:>8}{:>10}{:>10}{:>8}{:>7}{:>9}  {}"
TITLES = ("scenario", "attempts", "orders", "refusals", "repeated", "errors", "drift", "settled")
MOST_REASONS = 10


def main(arguments):
    options = _parser().parse_args(arguments)
    scale = SMALL if options.small else 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ground(options.like, hurry=scale) as place:
        django.setup()
        # The random walk works in this process, and what it warns of is no part of the table.
        logging.disable(logging.WARNING)
        place.open()
        say(COLUMNS.format(*TITLES, ""))
        results = [_well(place, scenario, scale) for scenario in scenarios(options.names)]
    return 0 if results and all(results) else 1


def _parser():
    parser = argparse.ArgumentParser(prog="torture", description="The shop under pressure.")
    parser.add_argument(
        "--small", action="store_true", help="a fifth of it, in a fifth of the time"
    )
    parser.add_argument(
        "--like", help="begin with a copy of this database, instead of an empty one"
    )
    parser.add_argument("names", nargs="*", help="only these scenarios")
    return parser


def scenarios(names):
    groups = [import_module(f"shop.testing.torture.{group}") for group in GROUPS]
    known = [scenario for group in groups for scenario in group.SCENARIOS]
    return [scenario for scenario in known if not names or scenario.__name__ in names]


def _well(place, scenario, scale):
    """Whether a scenario was played and is well; one that cannot be played to its end is not."""
    try:
        return play(place, scenario, scale)
    except Exception:
        say(f"{scenario.__name__:<34}BROKEN\n{traceback.format_exc()}")
        return False


def play(place, scenario, scale):
    """Play one scenario, wait until all is settled, look for drift; whether all is well.

    A scenario gives its tally when the pressure is over, and goes on with its demands
    when everything is settled.
    """
    # These know models, which are there once Django is set up.
    ending = import_module("shop.testing.torture.ending")
    deadlocks = ending.deadlocks()
    story = scenario(place, scale)
    tally = next(story)
    seconds = ending.seconds_until_settled(SETTLED_WITHIN, tally.over_at, place.mind)
    for _demand in story:
        raise RuntimeError("A scenario has one tally.")
    drifts = ending.drifts()
    deadlocks = ending.deadlocks() - deadlocks
    tally.errors += ["a deadlock"] * deadlocks
    if not tally.orders:
        tally.broken.append("nothing was ordered")
    if seconds is None:
        tally.broken.append(f"still under way: {ending.under_way()}")
    _tell(scenario, tally, drifts, seconds)
    return not (tally.broken or tally.errors or drifts)


def _tell(scenario, tally, drifts, seconds):
    """A row of the table, and below it why it is not well."""
    took = f"{seconds:.1f} s" if seconds is not None else "never"
    counts = (tally.attempts, len(tally.orders), tally.refusals, tally.repeated)
    faults = (len(tally.errors), sum(drifts.values()))
    reasons = [*tally.broken, *sorted(set(tally.errors)), *drifts]
    said = "BROKEN" if reasons else ""
    say(COLUMNS.format(scenario.__name__, *counts, *faults, took, said))
    for reason in reasons[:MOST_REASONS]:
        say(f"    {reason}")


if __name__ == "__main__":
    begun = time.monotonic()
    code = main(sys.argv[1:])
    say(f"{time.monotonic() - begun:.0f} s")
    sys.exit(code)
