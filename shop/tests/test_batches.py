import pytest
from celery.exceptions import SoftTimeLimitExceeded

from shop.batches import one_by_one, within_time


def test_a_row_that_breaks_keeps_no_other_one_waiting(caplog):
    done = []

    def halve(number):
        done.append(1 / number)
        return done

    assert one_by_one(halve, [2, 0, 4], "%s cannot be halved") == 2
    assert done == [0.5, 0.25]
    assert "0 cannot be halved" in caplog.text


def test_whoever_is_told_to_stop_stops():
    begun = []

    def too_long(row):
        begun.append(row)
        raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded):
        one_by_one(too_long, "ab", "%s")
    assert begun == ["a"]


def test_what_there_is_no_time_for_is_left_to_the_next_run():
    assert list(within_time("abc", seconds=60)) == ["a", "b", "c"]
    assert list(within_time("abc", seconds=-1)) == []
