"""A delivery is taken in line by line, looked at, and booked once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from shop.inventory.models import Delivery, Movement
from shop.testing.factories import make_product, make_user, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db

RECEIVE = reverse("admin:inventory_delivery_add")


def lines(location, *pairs, **values):
    form = {"token": uuid4(), "location": location.pk, "reference": "LS-77", "reason": ""}
    form |= {"sku": [sku for sku, _ in pairs], "quantity": [quantity for _, quantity in pairs]}
    return form | values


def in_stock(record):
    record.refresh_from_db()
    return record.num_in_stock


@pytest.fixture
def apples(here):
    goods = make_product(title="Apples", upc="APP-1", unit="kg", step=Decimal("0.25"))
    return offer(goods, here, in_stock=4)


def test_lines_are_looked_at_before_anything_is_booked(keeper, record, apples, here, signed_in):
    form = lines(here, ("jelly-1", "3"), ("APP-1", "1,5"))
    shown = signed_in(keeper).post(RECEIVE, form)
    assert [(line.now, line.then) for line in shown.context["lines"]] == [
        ("20", "23"),
        ("1 kg", "2.5 kg"),
    ]
    assert not Delivery.objects.exists()


def test_a_delivery_is_booked_in_one_go_with_its_note(keeper, record, apples, here, signed_in):
    form = lines(here, ("JELLY-1", "3"), ("APP-1", "1.5"), reason="one box wet", book="")
    page = signed_in(keeper).post(RECEIVE, form, follow=True)
    delivery = Delivery.objects.get()
    assert (in_stock(record), in_stock(apples)) == (23, 10)
    assert (delivery.reference, delivery.received_by) == ("LS-77", keeper)
    movement = Movement.objects.of(record).first()
    assert (movement.cause, movement.reason) == (delivery.number, "LS-77 · one box wet")
    assert delivery.number in page.content.decode()
    assert_invariants()


def test_a_form_that_is_sent_twice_books_once(keeper, record, here, signed_in):
    client, form = signed_in(keeper), lines(here, ("JELLY-1", "3"), book="")
    answers = [client.post(RECEIVE, form) for _press in range(2)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert in_stock(record) == 23


def test_each_scan_is_one_more_of_the_same_line(keeper, record, apples, here, signed_in):
    scans = [("JELLY-1", "+"), ("APP-1", "+"), ("jelly-1", "+"), ("APP-1", "0.5")]
    shown = signed_in(keeper).post(RECEIVE, lines(here, *scans))
    assert [(line.sku, line.typed) for line in shown.context["lines"]] == [
        ("JELLY-1", "2"),
        ("APP-1", "0.75"),
    ]


@pytest.mark.parametrize(
    "pasted", ["JELLY-1\t5\r\nAPP-1\t2.5", "JELLY-1;5\nAPP-1;2,5\n\n", "JELLY-1 5\nAPP-1 2.5"]
)
def test_two_columns_of_a_spreadsheet_are_pasted(pasted, keeper, record, apples, here, signed_in):
    shown = signed_in(keeper).post(RECEIVE, lines(here, pasted=pasted, book=""))
    assert [(line.sku, line.typed) for line in shown.context["lines"]] == [
        ("JELLY-1", "5"),
        ("APP-1", "2.5"),
    ]
    # They were not on the screen yet when the button was pressed.
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("sku", "typed", "said"),
    [
        ("NOPE-1", "3", "Nothing with this SKU is offered here."),
        ("APP-1", "0.3", "steps of 0.25 kg"),
        ("APP-1", "x", "type a number"),
        ("APP-1", "", "type a number"),
        ("APP-1", "0", "Type how much"),
        ("APP-1", "-2", "steps of"),
    ],
)
def test_a_wrong_line_is_marked_and_nothing_is_lost(
    sku, typed, said, keeper, record, apples, here, signed_in
):
    form = lines(here, ("JELLY-1", "3"), (sku, typed), reason="typed long", book="")
    answer = signed_in(keeper).post(RECEIVE, form)
    page = answer.content.decode()
    right, wrong = answer.context["lines"]
    assert (right.error, right.typed, wrong.sku, wrong.typed) == ("", "3", sku, typed)
    assert said in wrong.error
    assert "typed long" in page
    assert "Nothing was booked" in page
    assert not Delivery.objects.exists()


def test_more_than_can_be_counted_is_refused(keeper, record, here, signed_in):
    answer = signed_in(keeper).post(RECEIVE, lines(here, ("JELLY-1", "9" * 12), book=""))
    assert "more than the shop can count" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_too_many_lines_stay_in_their_field(keeper, record, here, signed_in):
    pasted = "\n".join(f"SKU-{number}\t1" for number in range(401))
    form = lines(here, ("JELLY-1", "3"), pasted=pasted, book="")
    answer = signed_in(keeper).post(RECEIVE, form)
    assert [line.sku for line in answer.context["lines"]] == ["JELLY-1"]
    page = answer.content.decode()
    assert "more than 400 lines" in page
    assert "SKU-400" in page


def test_a_delivery_of_nothing_is_none(keeper, here, signed_in):
    answer = signed_in(keeper).post(RECEIVE, lines(here, book=""))
    assert "There is no line yet" in answer.content.decode()


def test_goods_are_taken_in_at_ones_own_locations_only(keeper, elsewhere, jar, signed_in):
    there = offer(jar, elsewhere, in_stock=1)
    answer = signed_in(keeper).post(RECEIVE, lines(elsewhere, ("JELLY-1", "3"), book=""))
    assert answer.status_code == 200
    assert answer.context["lines"][0].error
    assert in_stock(there) == 1


def test_a_delivery_is_nobody_elses(keeper, record, here, elsewhere, signed_in):
    signed_in(keeper).post(RECEIVE, lines(here, ("JELLY-1", "3"), book=""))
    page = reverse("admin:inventory_delivery_change", args=[Delivery.objects.get().pk])
    other = signed_in(make_user("Stock keeper", [elsewhere]))
    assert other.get(page).status_code == 404
    deliveries = reverse("admin:inventory_delivery_changelist")
    assert not other.get(deliveries).context["cl"].result_list


@pytest.mark.parametrize("role", ["counter", "seller", "desk"])
def test_who_may_not_take_in_does_not(role, record, here, request, signed_in):
    client = signed_in(request.getfixturevalue(role))
    assert client.get(RECEIVE).status_code == 403
    assert client.post(RECEIVE, lines(here, ("JELLY-1", "3"), book="")).status_code == 403
    assert in_stock(record) == 20


def test_a_forged_token_books_nothing(keeper, record, here, signed_in):
    form = lines(here, ("JELLY-1", "3"), book="", token="x")
    assert signed_in(keeper).post(RECEIVE, form).status_code == 200
    assert in_stock(record) == 20


def test_goods_are_suggested_where_they_are_offered(keeper, record, elsewhere, signed_in):
    offer(make_product(title="Jelly elsewhere"), elsewhere)
    client, suggest = signed_in(keeper), reverse("suggest_stock")
    asked = {"location": record.partner_id, "q": "jel"}
    assert client.get(suggest, asked).json() == {
        "found": [{"sku": "JELLY-1", "title": "Quince jelly"}]
    }
    for forged in ({"location": elsewhere.pk}, {"location": "x"}, {"q": ""}):
        assert client.get(suggest, asked | forged).json() == {"found": []}


def test_more_lines_ask_the_same_of_the_database(
    keeper, here, signed_in, django_assert_max_num_queries
):
    client, asked, pairs = signed_in(keeper), [], []
    # The first one fills caches, and one record alone is booked without waiting in line.
    for more in (1, 1, 6):
        pairs += [(offer(make_product(), here).product.upc, "2") for _each in range(more)]
        for button in ({}, {"book": ""}):
            with django_assert_max_num_queries(40) as counted:
                client.post(RECEIVE, lines(here, *pairs) | button)
            asked.append(len(counted))
        page = reverse("admin:inventory_delivery_change", args=[Delivery.objects.first().pk])
        with django_assert_max_num_queries(40) as counted:
            client.get(page)
        asked.append(len(counted))
    assert asked[3:6] == asked[6:]
