from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from shop.order.models import Order, Status
from shop.payment.models import Refund
from shop.pickup import codes
from shop.pickup.counter import WRONG_CODES, TooManyAttempts, find
from shop.testing.factories import ADDRESS, make_order, make_product, make_user, offer

pytestmark = pytest.mark.django_db

LIST = reverse("admin:order_order_changelist")
PRESSED = {"_form_submitted": "True"}


def page(order, step=None):
    name = {None: "change"}.get(step, step)
    return reverse(f"admin:order_order_{name}", args=[order.pk])


def shown(client, **query):
    return [order.number for order in client.get(LIST, query).context["cl"].result_list]


def test_an_order_is_made_ready(place, desk, signed_in):
    order = place(paid=True)
    response = signed_in(desk).post(page(order, "mark_ready"), PRESSED, follow=True)
    assert [str(said) for said in response.context["messages"]] == [
        f"Order {order.number} was made ready."
    ]
    order.refresh_from_db()
    assert order.status == Status.READY
    assert order.status_changes.last().actor == desk


def test_a_look_at_the_question_makes_nothing_ready(place, desk, signed_in):
    order = place(paid=True)
    response = signed_in(desk).get(page(order, "mark_ready"))
    assert "Quince jelly" in response.content.decode()
    order.refresh_from_db()
    assert order.status == Status.PAID


def bulk(client, *orders, action="make_ready", **more):
    chosen = {"action": action, "_selected_action": [order.pk for order in orders]}
    return client.post(LIST, chosen | more, follow=True)


def test_many_are_made_ready_at_once_and_the_others_say_why_not(place, desk, signed_in):
    ready, unpaid = [place(paid=True), place(paid=True)], place()
    answer = bulk(signed_in(desk), *ready, unpaid, agreed="1")
    numbers = ", ".join(order.number for order in Order.objects.filter(status=Status.READY))
    assert sorted(str(message) for message in answer.context["messages"]) == [
        f"2 orders are ready: {numbers}.",
        f"Order {unpaid.number} is waiting for payment and cannot become ready to collect.",
    ]
    assert Order.objects.filter(status=Status.READY).count() == 2


def test_before_many_are_made_ready_it_is_asked_in_numbers(place, desk, signed_in):
    paid, unpaid = [place(1, paid=True), place(3, paid=True)], place()
    question = bulk(signed_in(desk), *paid, unpaid).content.decode()
    for fact in ("2 orders can be collected", "1 order stays as it is", "3 × Quince jelly"):
        assert fact in question
    assert not Order.objects.filter(status=Status.READY).exists()


def test_too_many_at_once_are_refused(place, desk, signed_in, monkeypatch):
    monkeypatch.setattr("backoffice.order_bulk.MOST", 1)
    said = bulk(signed_in(desk), place(paid=True), place(paid=True), agreed="1").context["messages"]
    assert [str(message) for message in said] == ["Choose 1 orders at most."]
    assert not Order.objects.filter(status=Status.READY).exists()


def test_cancelling_says_what_goes_back_and_does_it(place, record, owner, signed_in):
    order, client = place(3, paid=True), signed_in(owner)
    question = client.get(page(order, "cancel")).content.decode()
    assert "€12.60" in question
    client.post(page(order, "cancel"), PRESSED | {"reason": "Out of jelly"})
    order.refresh_from_db()
    record.refresh_from_db()
    assert order.status == Status.CANCELLED
    assert Refund.objects.get().amount == Decimal("12.60")
    assert (record.num_in_stock, record.num_allocated) == (20, 0)


def test_cancelling_needs_a_reason(place, owner, signed_in):
    order = place(paid=True)
    signed_in(owner).post(page(order, "cancel"), PRESSED)
    order.refresh_from_db()
    assert order.status == Status.PAID


def test_what_cannot_be_done_is_not_offered_and_refused_if_forced(place, owner, signed_in):
    order, client = place(), signed_in(owner)
    offered = [action["title"] for action in client.get(page(order)).context["actions_detail"]]
    assert offered == ["Cancel order", "Reveal contact"]
    response = client.post(page(order, "mark_ready"), PRESSED, follow=True)
    assert "cannot become ready" in str(list(response.context["messages"])[0])
    order.refresh_from_db()
    assert order.status == Status.PENDING


def test_the_counter_hands_over_and_moves_nothing_else(place, counter, signed_in):
    order, client = place(paid=True), signed_in(counter)
    assert client.get(page(order)).context["actions_detail"] == []
    for step in ("mark_ready", "cancel", "reveal_contact", "resend_mail", "reissue_code"):
        pressed = client.post(page(order, step), PRESSED | {"reason": "Because I can"})
        assert pressed.status_code == 403, step
    order.refresh_from_db()
    assert order.status == Status.PAID
    assert not Refund.objects.exists()


def offered(client, order):
    return [action["title"] for action in client.get(page(order)).context["actions_detail"]]


def test_a_delivery_is_shipped_and_then_delivered(send, desk, signed_in):
    order, client = send(), signed_in(desk)
    assert offered(client, order) == ["Ship", "Refund", "Resend a mail", "Cancel order"]
    question = client.get(page(order, "ship")).content.decode()
    assert "leaves for Portugal" in question
    assert ADDRESS.line1 not in question
    client.post(page(order, "ship"), PRESSED | {"carrier": "CTT", "tracking_number": "DA 1 PT"})
    order.refresh_from_db()
    assert (order.status, order.carrier, order.tracking_number) == ("shipped", "CTT", "DA 1 PT")
    shown = client.get(page(order)).content.decode()
    for fact in ("CTT", "DA 1 PT", "Portugal", "€4.90"):
        assert fact in shown
    assert offered(client, order) == ["Delivered", "Refund", "Resend a mail"]
    client.post(page(order, "deliver"), PRESSED)
    order.refresh_from_db()
    assert order.status == Status.COMPLETED


def test_shipping_needs_a_carrier(send, desk, signed_in):
    order = send()
    signed_in(desk).post(page(order, "ship"), PRESSED | {"carrier": " "})
    order.refresh_from_db()
    assert order.status == Status.PAID


def test_a_delivery_is_not_made_ready_and_a_pickup_neither_shipped_nor_delivered(
    send, place, desk, signed_in
):
    delivery, pickup, ready = send(), place(paid=True), place(ready=True)
    client = signed_in(desk)
    rest = ["Refund", "Resend a mail", "New pickup code", "Cancel order"]
    assert offered(client, pickup) == ["Mark ready", *rest]
    assert offered(client, ready) == rest
    carrier = PRESSED | {"carrier": "CTT"}
    for order, step in ((delivery, "mark_ready"), (pickup, "ship"), (ready, "deliver")):
        before = order.status
        answer = client.post(page(order, step), carrier, follow=True)
        assert "cannot become" in str(list(answer.context["messages"])[0])
        order.refresh_from_db()
        assert order.status == before


def test_a_stranger_ships_nothing(send, elsewhere, seller, signed_in):
    order, stranger = send(), make_user("Order desk", [elsewhere])
    for person, status in ((stranger, 404), (seller, 403)):
        for step in ("ship", "deliver"):
            answer = signed_in(person).post(page(order, step), PRESSED | {"carrier": "CTT"})
            assert answer.status_code == status
    order.refresh_from_db()
    assert order.status == Status.PAID


def test_a_seller_reads_orders_and_moves_none(place, seller, signed_in):
    order, client = place(paid=True), signed_in(seller)
    assert client.get(page(order)).context["actions_detail"] == []
    assert client.post(page(order, "mark_ready"), PRESSED).status_code == 403
    bulk(client, order, agreed="1")
    order.refresh_from_db()
    assert order.status == Status.PAID


def test_another_locations_orders_are_not_there(place, stranger, signed_in):
    # Who may cancel at home finds nothing to cancel here.
    may = Permission.objects.filter(codename__in=["add_refund", "change_order", "reveal_contact"])
    stranger.user_permissions.add(*may)
    order, client = place(paid=True), signed_in(stranger)
    assert shown(client) == []
    assert shown(client, q=order.number) == []
    for address in (page(order), page(order, "history"), page(order, "delete")):
        assert client.get(address).status_code in (403, 404), address
    for step in ("mark_ready", "hand_over", "cancel", "reveal_contact"):
        assert client.get(page(order, step)).status_code == 404
        assert client.post(page(order, step), PRESSED | {"reason": "x"}).status_code == 404
    bulk(client, order, agreed="1")
    order.refresh_from_db()
    assert order.status == Status.PAID


def test_orders_are_found_by_number_sku_and_pickup_code(place, here, counter, signed_in):
    order, client = place(paid=True), signed_in(counter)
    pen = make_product(upc="PEN-7")
    offer(pen, here)
    make_order(here, (pen, 1))
    assert shown(client, q=order.number.lower()) == [order.number]
    assert shown(client, q="jelly-1") == [order.number]
    short = codes.short_of(order.pickup_codes.get())
    assert shown(client, q=f"{short[:4]}-{short[4:]}".lower()) == [order.number]


def test_a_pickup_code_is_guessed_in_a_search_no_more_often_than_at_the_counter(
    place, here, counter, owner, signed_in, monkeypatch
):
    monkeypatch.setitem(WRONG_CODES.most, "actor", 3)
    order, client = place(paid=True), signed_in(counter)
    short = codes.short_of(order.pickup_codes.get())
    for guess in ("2222-2223", "22222224", "22222225"):
        assert shown(client, q=guess) == []

    refused = client.get(LIST, {"q": short}).content.decode()
    assert "Too many wrong codes." in refused
    assert shown(client, q=short) == []
    with pytest.raises(TooManyAttempts):
        find(short, actor=counter)
    assert shown(client, q=order.number) == [order.number]
    assert shown(signed_in(owner), q=short) == [order.number]


def test_what_is_no_pickup_code_is_looked_for_as_often_as_one_likes(
    place, here, counter, signed_in, monkeypatch
):
    monkeypatch.setitem(WRONG_CODES.most, "actor", 1)
    order, client = place(paid=True), signed_in(counter)
    offer(make_product(upc="PEN-2345"), here)
    offer(make_product(upc="23456789"), here)
    ordinary = [
        order.number,
        order.number[:8],
        "PEN-2345",
        "23456789",
        "jelly-1",
        "1234",
        "O0O0O0O0",
    ]
    for typed in ordinary * 2:
        client.get(LIST, {"q": typed})
    assert shown(client, q=codes.short_of(order.pickup_codes.get())) == [order.number]


def test_the_order_page_reads_from_top_to_bottom(place, owner, signed_in):
    order = place(ready=True, actor=owner)
    told = signed_in(owner).get(page(order)).content.decode().partition("office-headline")[2]
    # The number is drawn by lot: it may hold the name of a shelf.
    told = told.replace(order.number, "")
    in_turn = ["Magpie Here", "Quince jelly", "A3", "€8.40", "waiting for payment", "owner"]
    places = [told.index(fact) for fact in in_turn]
    assert places == sorted(places)


def test_the_list_asks_the_same_of_the_database_for_more_orders(
    place, owner, signed_in, django_assert_max_num_queries
):
    client, asked = signed_in(owner), []
    for more in (1, 5):
        for _ in range(more):
            place(1, paid=True)
        with django_assert_max_num_queries(30) as counted:
            client.get(LIST)
        asked.append(len(counted))
    assert asked[0] == asked[1]
