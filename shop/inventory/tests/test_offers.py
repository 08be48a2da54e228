from shop.inventory.offers import Amendment, amend
from shop.testing.factories import make_location, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping


@on_committed_rows
def test_of_two_who_count_at_once_the_later_number_holds():
    record, keeper = offer(make_product(), make_location(), in_stock=8), make_user()

    def count(number):
        return lambda: amend(record, Amendment(in_stock=number, reason="Counted"), actor=keeper)

    assert overlapping(count(1), count(3)) == [None, None]

    record.refresh_from_db()
    assert record.num_in_stock == 3
    assert_invariants()
