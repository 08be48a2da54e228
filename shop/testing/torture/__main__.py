import argparse
import sys
import time
from importlib import import_module

import django

from shop.testing.torture.ground import ground, say

SETTLED_WITHIN = 60
SMALL = 5
GROUPS = ("rushes", "money", "people", "faults", "walk")
COLUMNS = "{:<32}{:>9}{:>8}{:>10}{:>8}{:>7}{:>9}  {}"


def main(arguments):
    parser = argparse.ArgumentParser(prog="torture", description="The shop under pressure.")
    parser.add_argument("--small", action="store_true", help="a fifth of it, to see that it runs")
    parser.add_argument("names", nargs="*", help="only these scenarios")
    options = parser.parse_args(arguments)
    with ground() as place:
        django.setup()
        place.open()
        say(
            COLUMNS.format(
                "scenario", *(["attempts", "orders", "refusals", "errors", "drift", "settled"]), ""
            )
        )
        results = [
            play(place, scenario, SMALL if options.small else 1)
            for scenario in scenarios(options.names)
        ]
    return 0 if all(results) else 1


def scenarios(names):
    groups = [import_module(f"shop.testing.torture.{group}") for group in GROUPS]
    known = [scenario for group in groups for scenario in group.SCENARIOS]
    return [scenario for scenario in known if not names or scenario.__name__ in names]


def play(place, scenario, scale):
    """Play one scenario, wait until all is settled, look for drift; whether all is well."""
    ending = import_module("shop.testing.torture.ending")
    tally, as_told = scenario(place, scale)
    seconds = ending.seconds_until_settled(SETTLED_WITHIN)
    drifts = ending.drifts()
    well = as_told and seconds is not None and not drifts
    took = f"{seconds:.1f} s" if seconds is not None else "never"
    numbers = (tally.attempts, len(tally.orders), tally.refusals, len(tally.errors), len(drifts))
    say(COLUMNS.format(scenario.__name__, *numbers, took, "" if well else "BROKEN"))
    for line in [*map(str, drifts), *sorted(set(tally.errors))][:10]:
        say(f"    {line}")
    return well


if __name__ == "__main__":
    begun = time.monotonic()
    code = main(sys.argv[1:])
    say(f"{time.monotonic() - begun:.0f} s")
    sys.exit(code)
