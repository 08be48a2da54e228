"""Pick lists and packing slips: along the shelves, for one's own orders, and without a name."""

import pytest
from django.urls import reverse

from shop.order import lifecycle
from shop.payment import settlement
from shop.payment.models import Payment
from shop.testing.factories import ADDRESS, CONTACT, make_order, make_product, offer

pytestmark = pytest.mark.django_db

PICK_LIST = reverse("admin:order_pick_list")
SLIPS = reverse("admin:order_packing_slips")
LIST = reverse("admin:order_order_changelist")


def chosen(*orders):
    return {"orders": ",".join(str(order.pk) for order in orders)}


@pytest.fixture
def buy(here):
    def buy(*goods):
        order = make_order(here, *goods)
        settlement.collect(Payment.objects.select_related("order").get(order=order))
        order.refresh_from_db()
        return order

    return buy


def test_a_pick_list_goes_along_the_shelves_and_splits_by_order(buy, record, here, desk, signed_in):
    pen, nut, tea = (make_product(title=title) for title in ("Pen", "Nuts", "Tea"))
    for product, shelf in ((pen, "A10"), (nut, ""), (tea, "A2")):
        offer(product, here, shelf=shelf)
    first = buy((record.product, 2), (pen, 1), (nut, 4))
    second = buy((record.product, 3), (tea, 1))
    [place] = signed_in(desk).get(PICK_LIST, chosen(first, second)).context["places"]
    assert [(row["shelf"], row["title"], row["quantity"]) for row in place["rows"]] == [
        ("A2", "Tea", "1"),
        ("A3", "Quince jelly", "5"),
        ("A10", "Pen", "1"),
        ("", "Nuts", "4"),
    ]
    assert sorted(place["rows"][1]["orders"]) == sorted([(first.number, "2"), (second.number, "3")])


def test_what_is_ready_or_unpaid_is_not_fetched_and_says_so(place, desk, signed_in):
    unpaid, ready = place(), place(ready=True)
    shown = signed_in(desk).get(PICK_LIST, chosen(unpaid, ready))
    assert shown.context["places"] == []
    assert [order.pk for order in shown.context["others"]] == [unpaid.pk, ready.pk]
    assert "nothing to fetch" in shown.content.decode()


def test_a_slip_tells_the_number_and_the_goods_and_never_a_person(send, place, desk, signed_in):
    delivery, pickup = send(), place(paid=True)
    slips = signed_in(desk).get(SLIPS, chosen(delivery, pickup)).content.decode()
    for fact in (delivery.number, pickup.number, "Portugal", "Quince jelly", "A3"):
        assert fact in slips
    for person in (CONTACT.name, CONTACT.phone, CONTACT.email, ADDRESS.line1, ADDRESS.postcode):
        assert person not in slips


def test_papers_ask_the_same_of_the_database_for_more_orders(
    place, desk, signed_in, django_assert_max_num_queries
):
    orders, client, asked = [], signed_in(desk), {PICK_LIST: [], SLIPS: []}
    for more in (1, 4):
        orders += [place(1, paid=True) for _ in range(more)]
        for paper, counts in asked.items():
            with django_assert_max_num_queries(20) as counted:
                client.get(paper, chosen(*orders))
            counts.append(len(counted))
    for counts in asked.values():
        assert counts[0] == counts[1]


def test_papers_are_for_the_orders_that_one_may_see(place, stranger, promotions, desk, signed_in):
    order = place(paid=True)
    for paper in (PICK_LIST, SLIPS):
        assert signed_in(stranger).get(paper, chosen(order)).status_code == 404
        assert signed_in(promotions).get(paper, chosen(order)).status_code == 403
        assert signed_in(desk).post(paper, chosen(order)).status_code == 405
        for nonsense in ("", "x", "1e9", "٣", "9" * 30):
            assert signed_in(desk).get(paper, {"orders": nonsense}).status_code == 404


def test_they_are_printed_from_the_list(place, desk, signed_in):
    order = place(paid=True)
    for action, paper in (("print_pick_list", PICK_LIST), ("print_packing_slips", SLIPS)):
        pressed = {"action": action, "_selected_action": [order.pk]}
        answer = signed_in(desk).post(LIST, pressed)
        assert answer["Location"] == f"{paper}?orders={order.pk}"


def test_a_seller_prints_what_others_make_ready(place, seller, signed_in):
    order = place(paid=True)
    lifecycle.mark_ready(order, actor=None)
    assert signed_in(seller).get(SLIPS, chosen(order)).status_code == 200
