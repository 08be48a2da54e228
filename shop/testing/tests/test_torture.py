"""The torture, small: what needs no processes of its own."""

import pytest

from shop.testing.races import on_committed_rows
from shop.testing.torture.people import one_code_two_scanners
from shop.testing.torture.walk import walk


@pytest.mark.django_db
def test_random_steps_break_no_rule():
    assert walk(60).attempts


@on_committed_rows
def test_one_code_that_two_scan_is_handed_over_once():
    tally, as_told = one_code_two_scanners(None, scale=1)
    assert as_told, tally
