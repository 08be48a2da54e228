"""What must never break (design.md), as the end of a test asks for it."""

from shop.reconciliation.rules import INVARIANTS


def broken_invariants():
    """Each rule that does not hold, with the rows that break it."""
    return {
        invariant.rule: rows
        for invariant in INVARIANTS
        if (rows := [drift.row for drift in invariant.breaches()])
    }


def assert_invariants():
    assert broken_invariants() == {}
