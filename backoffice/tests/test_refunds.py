from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from shop.invoices.models import CreditNote, Invoice
from shop.order import lifecycle
from shop.payment.gateways import Answer
from shop.payment.models import PaymentStatus, Refund, RefundStatus
from shop.payment.settlement import settle
from shop.testing.factories import CONTACT
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db

PRESSED = {"_form_submitted": "True"}
REFUNDS = reverse("admin:payment_refund_changelist")
PAYMENTS = reverse("admin:payment_payment_changelist")


@pytest.fixture
def order(place):
    """Three jars at 4.20, paid."""
    order = place(3, paid=True)
    do_all_work()
    return order


def dialog(order, step="refund"):
    return reverse(f"admin:order_order_{step}", args=[order.pk])


def filled_in(order, **values):
    values = {"reason": "Chipped", "restock": "on"} | values
    if "jars" in values:
        values[f"line_{order.lines.get().pk}"] = values.pop("jars")
    return PRESSED | values


def submit(client, order, **values):
    """Fill the dialog in, read what would happen, and agree. Returns that and the answer."""
    shown = client.post(dialog(order), filled_in(order, **values)).context["form"]
    agreed = shown["agreed"].value() or ""
    answer = client.post(dialog(order), filled_in(order, agreed=agreed, **values), follow=True)
    return agreed, [str(said) for said in answer.context.get("messages", [])]


def test_goods_go_back_after_the_numbers_were_read(order, record, owner, signed_in):
    agreed, said = submit(signed_in(owner), order, jars="2")
    assert agreed == "€8.40 goes back to the shopper. Quince jelly, 2: on sale again."
    assert said == ["€8.40 is on its way back."]
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (20, 1)
    [part] = Refund.objects.get().lines.all()
    assert (part.steps, part.restock, part.refund.actor) == (2, True, owner)
    do_all_work()
    assert_invariants()


def test_what_was_only_looked_at_is_not_done(order, owner, signed_in):
    client = signed_in(owner)
    assert "€12.60" in client.get(dialog(order)).content.decode()
    shown = client.post(dialog(order), filled_in(order, jars="1")).content.decode()
    assert "This will happen" in shown
    # Agreed to one thing, asked for another: it is shown anew.
    agreed = {"agreed": "€4.20 goes back to the shopper. Quince jelly, 1: on sale again."}
    assert (
        "€8.40 goes back"
        in client.post(dialog(order), filled_in(order, jars="2", **agreed)).content.decode()
    )
    assert not Refund.objects.exists()


def test_goods_that_are_lost_leave_the_shelf(order, record, owner, signed_in):
    agreed, _said = submit(signed_in(owner), order, jars="1", restock="")
    assert agreed.endswith("Quince jelly, 1: taken off the shelf as lost.")
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (19, 2)
    assert_invariants()


def test_an_amount_alone_moves_no_goods(order, record, owner, signed_in):
    _agreed, said = submit(signed_in(owner), order, beside_goods="2.00")
    assert said == ["€2.00 is on its way back."]
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (20, 3)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"jars": "4"}, "Of Quince jelly, 3 is left to give back."),
        ({"jars": "0.5"}, "This is sold in steps of 1."),
        ({"jars": "-1"}, "greater than or equal to 0"),
        ({"beside_goods": "12.61"}, "Only €12.60 are left to refund."),
        ({"jars": "3", "beside_goods": "0.01"}, "Only €12.60 are left to refund."),
        ({}, "Say which goods, or how much."),
        ({"jars": "1", "reason": ""}, "This field is required."),
    ],
)
def test_what_cannot_go_back_is_refused_with_a_reason(order, owner, signed_in, values, refusal):
    answer = signed_in(owner).post(dialog(order), filled_in(order, **values)).content.decode()
    assert refusal in answer
    assert "This will happen" not in answer
    assert not Refund.objects.exists()


def test_only_who_may_refund_and_works_there_does(order, counter, stranger, signed_in):
    assert signed_in(counter).post(dialog(order), filled_in(order, jars="1")).status_code == 403
    stranger.user_permissions.add(Permission.objects.get(codename="add_refund"))
    client = signed_in(stranger)
    for step in ("refund", "send_refunds_again"):
        assert client.get(dialog(order, step)).status_code == 404
    assert not Refund.objects.exists()


def failed(order):
    return Refund.objects.create(
        payment=order.payments.get(), amount=Decimal("1.00"), status=RefundStatus.FAILED, attempts=5
    )


def test_a_refund_that_failed_is_shown_and_sent_again(order, owner, signed_in):
    refund, client = failed(order), signed_in(owner)
    page = client.get(reverse("admin:order_order_change", args=[order.pk]))
    assert "Send failed refund again" in [a["title"] for a in page.context["actions_detail"]]
    client.post(dialog(order, "send_refunds_again"), PRESSED)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PENDING


def test_failed_refunds_are_listed_and_sent_again_from_there(order, owner, signed_in):
    refund, client = failed(order), signed_in(owner)
    [shown] = client.get(REFUNDS, {"status__exact": "failed"}).context["cl"].result_list
    assert shown == refund
    again = {"action": "send_again", "_selected_action": [str(refund.pk)]}
    answer = client.post(REFUNDS, again, follow=True)
    assert [str(said) for said in answer.context["messages"]] == [
        f"{order.number}: sent again within a minute."
    ]
    answer = client.post(REFUNDS, again, follow=True)
    assert "has not failed" in str(list(answer.context["messages"])[0])


def test_refunds_of_other_locations_are_not_listed(order, stranger, counter, signed_in):
    refund = failed(order)
    assert signed_in(counter).get(REFUNDS).status_code == 403
    for name in ("add_refund", "view_payment"):
        stranger.user_permissions.add(Permission.objects.get(codename=name))
    client = signed_in(stranger)
    assert list(client.get(REFUNDS).context["cl"].result_list) == []
    client.post(REFUNDS, {"action": "send_again", "_selected_action": [str(refund.pk)]})
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED


def test_money_of_another_sum_is_shown_until_it_was_sent_back(place, owner, stranger, signed_in):
    payment = place(3).payments.get()
    settle(payment, Answer(PaymentStatus.SUCCEEDED, "sim_1", amount=Decimal("7.00")))
    page = signed_in(owner).get(reverse("admin:order_order_change", args=[payment.order_id]))
    assert "€7.00 was taken instead" in page.content.decode()
    noted = {"action": "note_sent_back", "_selected_action": [str(payment.pk)]}
    for name in ("add_refund", "view_payment"):
        stranger.user_permissions.add(Permission.objects.get(codename=name))
    for actor, left in ((stranger, Decimal("7.00")), (owner, None)):
        signed_in(actor).post(PAYMENTS, noted)
        payment.refresh_from_db()
        assert payment.held_amount == left
    assert_invariants()


def test_papers_open_from_the_order_for_its_people_only(order, owner, counter, stranger, signed_in):
    submit(signed_in(owner), order, jars="1")
    do_all_work()
    page = signed_in(counter).get(reverse("admin:order_order_change", args=[order.pk]))
    invoice = reverse("admin:order_invoice_pdf", args=[order.pk])
    note = reverse("admin:credit_note_pdf", args=[order.pk, CreditNote.objects.get().number])
    for address in (invoice, note):
        assert address in page.content.decode()
        answer = signed_in(counter).get(address)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
        assert signed_in(stranger).get(address).status_code == 404
    assert CONTACT.name not in str(Invoice.objects.get().content)


def test_the_order_page_shows_what_was_given_back(order, owner, signed_in):
    lifecycle.mark_ready(order, actor=owner)
    submit(signed_in(owner), order, jars="1")
    shown = signed_in(owner).get(reverse("admin:order_order_change", args=[order.pk]))
    assert "1 given back" in shown.content.decode()
    ready = signed_in(owner).get(reverse("admin:order_order_mark_ready", args=[order.pk]))
    assert ready.status_code == 200
