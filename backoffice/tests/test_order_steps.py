"""Handing over, new codes and mails from an order's page: who may, and what is refused."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from shop.mail.models import Kind, Letter
from shop.order.models import Status
from shop.payment.cancellation import cancel_order
from shop.pickup import codes
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db

PRESSED = {"_form_submitted": "True"}


def page(order, step):
    return reverse(f"admin:order_order_{step}", args=[order.pk])


def press(client, order, step, **values):
    return client.post(page(order, step), PRESSED | values)


def code_of(order):
    return codes.short_of(order.pickup_codes.get(voided_at=None))


def test_the_counter_hands_over_for_the_code(place, record, counter, signed_in):
    order, client = place(3, ready=True, actor=counter), signed_in(counter)
    question = client.get(page(order, "hand_over")).content.decode()
    for fact in ("Quince jelly", "20 → <strong>17</strong>"):
        assert fact in question
    assert "Reason to do without" not in question
    press(client, order, "hand_over", code=code_of(order))
    order.refresh_from_db()
    record.refresh_from_db()
    assert (order.status, order.pickup_codes.get().used_by) == (Status.COMPLETED, counter)
    assert (record.num_in_stock, record.num_allocated) == (17, 0)
    assert_invariants()


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("WRONG-CODE", "We do not know this code"),
        ("", "This field is required"),
        ("another's", "This code is for another order."),
    ],
)
def test_without_the_right_code_nothing_is_handed_over(place, counter, signed_in, code, refusal):
    order, other = place(ready=True, actor=counter), place(ready=True, actor=counter)
    typed = {"code": code_of(other) if code == "another's" else code, "reason": "I say so"}
    answer = press(signed_in(counter), order, "hand_over", **typed).content.decode()
    assert refusal in answer
    for untouched in (order, other):
        untouched.refresh_from_db()
        assert untouched.status == Status.READY


def test_an_owner_hands_over_for_a_reason(place, owner, signed_in):
    order, client = place(ready=True, actor=owner), signed_in(owner)
    assert "Give the code, or" in press(client, order, "hand_over").content.decode()
    press(client, order, "hand_over", reason="Battery is flat")
    order.refresh_from_db()
    assert order.status == Status.COMPLETED
    assert order.status_changes.last().reason == "Without its code: Battery is flat"
    assert order.pickup_codes.get().used_by == owner
    assert_invariants()


def test_what_cannot_be_handed_over_is_refused_if_forced(place, send, owner, signed_in):
    paid, delivery, client = place(paid=True), send(), signed_in(owner)
    for order, sentence in ((paid, "not ready yet"), (delivery, "not ready yet")):
        answer = client.post(page(order, "hand_over"), PRESSED | {"reason": "Go on"}, follow=True)
        assert sentence in str(list(answer.context["messages"])[0])
        order.refresh_from_db()
        assert order.status == Status.PAID


def test_a_new_code_makes_the_one_before_worthless(place, desk, counter, signed_in):
    order, client = place(ready=True, actor=desk), signed_in(desk)
    do_all_work()
    before = code_of(order)
    press(client, order, "reissue_code")
    assert order.pickup_codes.get(voided_at=None).issued_by == desk
    answer = press(signed_in(counter), order, "hand_over", code=before).content.decode()
    assert "do not know this code" in answer
    assert code_of(order) not in client.get(page(order, "change")).content.decode()
    do_all_work()
    assert Letter.objects.filter(order=order, kind=Kind.NEW_CODE, sent_at__isnull=False).exists()


def test_an_order_that_has_ended_gets_no_new_code(place, owner, signed_in):
    order = place(paid=True)
    cancel_order(order, actor=owner, reason="")
    answer = signed_in(owner).post(page(order, "reissue_code"), PRESSED, follow=True)
    assert "nothing to collect" in str(list(answer.context["messages"])[0])
    assert order.pickup_codes.count() == 1


def test_a_mail_is_sent_again_to_nobody_knows_where(place, desk, signed_in, mailoutbox):
    order, client = place(paid=True), signed_in(desk)
    do_all_work()
    mailoutbox.clear()
    assert "canary" not in client.get(page(order, "resend_mail")).content.decode()
    press(client, order, "resend_mail", kind=Kind.PAID)
    do_all_work()
    assert len(mailoutbox) == 1
    assert Letter.objects.filter(order=order, actor=desk).count() == 1
    answer = press(client, order, "resend_mail", kind=Kind.SHIPPED).content.decode()
    assert "not one of the available choices" in answer


def test_a_stranger_with_every_right_finds_no_order_to_take_a_step_with(place, stranger, signed_in):
    names = ["change_order", "add_pickupcode", "hand_over_without_code", "add_letter"]
    stranger.user_permissions.add(*Permission.objects.filter(codename__in=names))
    order, client = place(ready=True), signed_in(stranger)
    for step in ("hand_over", "reissue_code", "resend_mail"):
        answer = press(client, order, step, reason="Mine", kind=Kind.READY, code=code_of(order))
        assert answer.status_code == 404, step
    order.refresh_from_db()
    assert order.status == Status.READY


def test_the_desk_hands_nothing_over_and_the_counter_resends_nothing(
    place, desk, counter, signed_in
):
    order = place(ready=True)
    assert press(signed_in(desk), order, "hand_over", reason="Mine").status_code == 403
    for step in ("reissue_code", "resend_mail"):
        assert press(signed_in(counter), order, step, kind=Kind.READY).status_code == 403


def test_all_that_happened_is_told_in_turn_and_asks_the_same_however_much_it_is(
    place, owner, signed_in, django_assert_max_num_queries
):
    order, client = place(paid=True), signed_in(owner)
    do_all_work()
    asked = []
    for _round in range(2):
        codes.reissue(order, actor=owner)
        press(client, order, "reveal_contact", reason="The parcel came back")
        do_all_work()
        with django_assert_max_num_queries(60) as counted:
            page_shown = client.get(page(order, "change")).context["page"]
        asked.append(len(counted))
    assert asked[0] == asked[1]
    titles = [event.title for event in page_shown.timeline]
    in_turn = ["payment received, €8.40", "paid", "mail: order confirmation"]
    assert [titles.index(title) for title in in_turn] == sorted(map(titles.index, in_turn))
    assert titles.count("new pickup code, the one before is worthless") == 2
    assert "reserved: Quince jelly 2" in titles
    [look, _again] = [event for event in page_shown.timeline if event.icon == "visibility"]
    assert (look.actor, look.reason) == ("Owner", "")
