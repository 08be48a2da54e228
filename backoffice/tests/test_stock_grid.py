"""Stock as a grid: read by product and place, and put right in its cell."""

from decimal import Decimal

import pytest
from django.urls import reverse

from shop.inventory import stock
from shop.inventory.models import Movement
from shop.testing.factories import make_category, make_product, make_user, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db

GRID = reverse("stock_grid")


def put_right(client, record, typed, *, seen=None, reason="two broken"):
    form = {"typed": typed, "reason": reason, "seen": record.num_in_stock if seen is None else seen}
    return client.post(reverse("put_stock_right", args=[record.pk]), form)


def in_stock(record):
    record.refresh_from_db()
    return record.num_in_stock


def names(response):
    return [row["product"].title for row in response.context["rows"]]


def test_a_number_is_typed_over_or_changed_with_a_reason(keeper, record, signed_in):
    client = signed_in(keeper)
    assert put_right(client, record, "18").status_code == 200
    assert in_stock(record) == 18
    put_right(client, record, "+4", seen=18, reason="found")
    put_right(client, record, "\N{MINUS SIGN}1", seen=22)
    assert in_stock(record) == 21
    last = Movement.objects.of(record).first()
    assert (last.in_stock_change, last.reason, last.actor) == (-1, "two broken", keeper)
    assert_invariants()


def test_the_answer_shows_the_cell_as_it_is_now(keeper, record, place, signed_in):
    place(17)
    answer = put_right(signed_in(keeper), record, "18").json()
    assert 'data-seen="18"' in answer["cell"]
    assert "1 free, 17 reserved" in answer["cell"]
    assert "<b>low</b>" in answer["cell"]


def test_nothing_is_booked_without_a_reason(keeper, record, signed_in):
    answer = put_right(signed_in(keeper), record, "18", reason=" ")
    assert (answer.status_code, in_stock(record)) == (409, 20)
    assert "Say why" in answer.json()["said"]


def test_the_same_number_needs_no_reason_and_books_nothing(keeper, record, signed_in):
    assert put_right(signed_in(keeper), record, "20", reason="").status_code == 200
    assert Movement.objects.count() == 1


def test_less_than_is_reserved_is_refused_in_plain_words(keeper, record, place, signed_in):
    place(18)
    answer = put_right(signed_in(keeper), record, "17")
    assert answer.json()["said"] == "18 is reserved for orders: it cannot be less than that."
    assert in_stock(record) == 20


@pytest.mark.parametrize("typed", ["18", "-2"])
def test_a_number_that_changed_meanwhile_is_shown_and_nothing_is_booked(
    typed, keeper, record, signed_in
):
    stock.receive([(record.pk, 10)])
    answer = put_right(signed_in(keeper), record, typed, seen=20)
    assert answer.status_code == 409
    assert "It is 30 by now" in answer.json()["said"]
    assert 'data-seen="30"' in answer.json()["cell"]
    assert in_stock(record) == 30


def test_a_change_sent_twice_is_booked_once(keeper, record, signed_in):
    client = signed_in(keeper)
    statuses = [put_right(client, record, "+3", seen=20).status_code for _press in range(2)]
    assert (statuses, in_stock(record)) == ([200, 409], 23)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("x", "type a number"), ("", "type a number"), ("0.5", "steps of 1"), ("--2", "steps of 1")],
)
def test_what_is_no_quantity_is_refused(typed, said, keeper, record, signed_in):
    answer = put_right(signed_in(keeper), record, typed)
    assert said in answer.json()["said"]
    assert in_stock(record) == 20


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999"])
def test_a_forged_number_that_was_seen_books_nothing(seen, keeper, record, signed_in):
    assert put_right(signed_in(keeper), record, "18", seen=seen).status_code == 409
    assert in_stock(record) == 20


def test_goods_by_weight_are_typed_in_their_unit(keeper, here, signed_in):
    apples = offer(make_product(unit="kg", step=Decimal("0.25")), here, in_stock=4)
    put_right(signed_in(keeper), apples, "1,5")
    assert in_stock(apples) == 6


def test_another_locations_cell_is_not_there(record, elsewhere, stranger, signed_in):
    other_keeper = make_user("Stock keeper", [elsewhere])
    assert put_right(signed_in(other_keeper), record, "0").status_code == 404
    assert put_right(signed_in(stranger), record, "0").status_code == 404
    assert in_stock(record) == 20


def test_who_may_only_look_puts_nothing_right(record, here, counter, signed_in):
    assert put_right(signed_in(counter), record, "0").status_code in (403, 404)
    assert signed_in(counter).get(GRID).status_code == 403
    assert in_stock(record) == 20


def test_a_look_at_the_address_of_a_change_changes_nothing(keeper, record, signed_in):
    address = reverse("put_stock_right", args=[record.pk])
    assert signed_in(keeper).get(address).status_code == 405


def test_a_keeper_sees_the_columns_of_their_own_locations(
    keeper, record, jar, elsewhere, signed_in
):
    offer(jar, elsewhere, in_stock=7777)
    shown = signed_in(keeper).get(GRID)
    assert "Magpie Elsewhere" not in shown.content.decode()
    assert "7777" not in shown.content.decode()
    forged = signed_in(keeper).get(GRID, {"location": elsewhere.code})
    assert "7777" not in forged.content.decode()


def test_a_seller_sees_their_own_rows(seller, record, here, signed_in):
    offer(make_product(title="Own honey", seller=seller), here)
    assert names(signed_in(seller).get(GRID)) == ["Own honey"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"level": "low"}, ["Low"]),
        ({"level": "out"}, ["Out"]),
        ({"level": "oversupplied"}, ["Plenty"]),
        ({"level": "reserved"}, ["Quince jelly"]),
        ({"level": "nonsense"}, ["Low", "Out", "Plenty", "Quince jelly"]),
        ({"q": "jelly-1"}, ["Quince jelly"]),
        ({"q": "plen"}, ["Plenty"]),
        ({"q": "nothing"}, []),
    ],
)
def test_the_grid_is_narrowed_down(asked, found, keeper, here, place, signed_in):
    offer(make_product(title="Low"), here, in_stock=3, low_stock_threshold=9)
    offer(make_product(title="Out"), here, in_stock=0)
    offer(make_product(title="Plenty"), here, in_stock=31, low_stock_threshold=3)
    place(1)
    assert names(signed_in(keeper).get(GRID, asked)) == found


def test_a_category_holds_what_is_within_it(keeper, record, here, signed_in):
    pantry = make_category("Pantry")
    record.product.categories.add(make_category("Sweet", pantry))
    offer(make_product(), here)
    assert names(signed_in(keeper).get(GRID, {"category": pantry.pk})) == ["Quince jelly"]


def test_pages_follow_each_other_there_and_back(keeper, here, signed_in, monkeypatch):
    monkeypatch.setattr("backoffice.stock_grid.PRODUCTS_A_PAGE", 2)
    for title in "BDACE":
        # Two of one name: the key decides between them.
        offer(make_product(title=title.replace("D", "C")), here)
    client, seen, address = signed_in(keeper), [], GRID
    while True:
        page = client.get(address).context["page"]
        seen.append([product.title for product in page.rows])
        if not page.after:
            break
        address = f"{GRID}?after={page.after}"
    assert seen == [["A", "B"], ["C", "C"], ["E"]]
    back = client.get(f"{GRID}?before={page.before}").context["page"]
    assert [product.title for product in back.rows] == ["C", "C"]
    first = client.get(f"{GRID}?before={back.before}").context["page"]
    assert [product.title for product in first.rows] == ["A", "B"]
    assert (first.before, bool(first.after)) == (None, True)


def test_an_empty_grid_says_what_to_do(keeper, signed_in):
    assert "Offer a product" in signed_in(keeper).get(GRID).content.decode()
    assert "Show everything" in signed_in(keeper).get(GRID, {"q": "x"}).content.decode()


def test_more_rows_and_more_columns_ask_the_same_of_the_database(
    owner, here, elsewhere, signed_in, django_assert_max_num_queries
):
    client, asked = signed_in(owner), []
    for more in (1, 6):
        for _each in range(more):
            product = make_product()
            offer(product, here)
            offer(product, elsewhere)
        with django_assert_max_num_queries(20) as counted:
            client.get(GRID)
        asked.append(len(counted))
    assert asked[0] == asked[1]
