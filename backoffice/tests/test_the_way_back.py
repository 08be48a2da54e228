"""What a page is called, and where one is led once something is done."""

from html import unescape

import pytest

pytestmark = pytest.mark.django_db

LIST = "/backoffice/order/order/"


def title_of(answer):
    page = unescape(answer.content.decode())
    return page.split("<title>")[1].split("|")[0].strip()


def test_a_list_is_called_what_the_sidebar_calls_it(owner, signed_in):
    assert title_of(signed_in(owner).get(LIST)) == "Orders"
    assert title_of(signed_in(owner).get("/backoffice/customer/user/")) == "Staff"


def test_who_marks_orders_ready_comes_back_to_the_view_they_came_from(place, desk, signed_in):
    order = place(paid=True)
    view = "status__exact=paid"
    pressed = {"action": "make_ready", "_selected_action": [order.pk]}
    asked = signed_in(desk).post(f"{LIST}?{view}", pressed)
    assert f'name="back" value="{view}"' in asked.content.decode()

    answer = signed_in(desk).post(LIST, pressed | {"agreed": "1", "back": view})
    assert answer["Location"] == f"{LIST}?{view}"
    order.refresh_from_db()
    assert order.status == "ready"


def test_a_state_reads_as_a_word_on_the_page_of_a_payment(place, owner, signed_in):
    payment = place(paid=True).payments.get()
    page = signed_in(owner).get(f"/backoffice/payment/payment/{payment.pk}/change/")
    assert '<span class="office-badge good">succeeded</span>' in page.content.decode()
