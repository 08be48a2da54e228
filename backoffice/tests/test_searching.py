"""What is found by an order's number, a gateway's name for it, or goods; and what is not."""

import pytest
from django.urls import reverse

from backoffice.figures import of_machinery
from shop.inventory.models import Movement
from shop.mail.models import Letter
from shop.payment.models import Payment, WebhookEvent
from shop.testing.factories import make_order, make_product, offer

pytestmark = pytest.mark.django_db


def found(client, model, typed):
    opts = model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return list(client.get(address, {"q": typed}).context["cl"].queryset)


def test_payments_letters_and_webhooks_are_found_by_their_order(place, owner, signed_in):
    order, _other = place(paid=True), place(paid=True)
    [payment] = order.payments.all()
    event = WebhookEvent.objects.create(
        gateway="simulated", event_id="evt_7", kind="paid", payload={}, payment=payment
    )
    client = signed_in(owner)
    for typed in (order.number, f" {order.number[:6].lower()}-{order.number[6:]} "):
        assert found(client, Payment, typed) == [payment]
        assert found(client, WebhookEvent, typed) == [event]
        assert set(found(client, Letter, typed)) == set(order.letters.all())
    assert found(client, Payment, payment.reference) == [payment]
    assert found(client, WebhookEvent, "evt_7") == [event]
    for model in (Payment, Letter, WebhookEvent):
        assert found(client, model, "nothing") == []
        assert found(client, model, "--") == []


def test_another_locations_payment_is_not_found(place, elsewhere, jar, desk, signed_in):
    offer(jar, elsewhere)
    theirs = make_order(elsewhere, (jar, 1))
    assert found(signed_in(desk), Payment, theirs.number) == []


def test_movements_are_found_by_goods_and_by_what_they_were_for(
    place, record, here, owner, signed_in
):
    order = place()
    offer(make_product(title="Soap"), here)
    client = signed_in(owner)
    of_jar = set(Movement.objects.filter(stockrecord=record))
    assert set(found(client, Movement, "quince")) == of_jar
    assert set(found(client, Movement, "jelly-1")) == of_jar
    assert [row.cause for row in found(client, Movement, order.number.lower())] == [order.number]
    assert found(client, Movement, "nothing") == []


def test_a_letter_that_is_not_needed_any_more_has_not_failed(place, owner, rf):
    order = place(paid=True)
    request = rf.get("/")
    request.user = owner

    def failed():
        figures = {str(figure.title): figure.value for figure in of_machinery(request)}
        return figures["Letters that failed"]

    order.letters.update(failure="the order is completed by now", sent_at=None, needless=True)
    assert failed() == 0
    order.letters.update(needless=False)
    assert failed() == order.letters.count() > 0
