"""Looking at a contact from an order's page: asked for in a dialog, shown once, kept nowhere."""

import pytest
from django.urls import reverse

from shop.audit.models import AuditEntry
from shop.contacts.models import Contact, Reveal
from shop.testing.factories import CONTACT

pytestmark = pytest.mark.django_db

WHY = "The courier asks for a phone number."


def address(order, step="reveal_contact"):
    return reverse(f"admin:order_order_{step}", args=[order.pk])


def ask(client, order, reason=WHY):
    return client.post(address(order), {"_form_submitted": "True", "reason": reason})


def test_support_is_asked_why_first(place, support, signed_in):
    order = place()
    question = signed_in(support).get(address(order)).content.decode()
    assert "the shopper sees it" in question
    assert CONTACT.name not in question
    assert not Reveal.objects.exists()


def test_support_sees_the_contact_once(place, support, signed_in):
    order, client = place(), signed_in(support)

    answer = ask(client, order)

    told = answer.content.decode()
    for personal in (CONTACT.name, CONTACT.email, CONTACT.phone):
        assert personal in told
    assert "no-store" in answer["Cache-Control"]
    assert "Location" not in answer
    assert Reveal.objects.get().reason == WHY
    afterwards = client.get(address(order, "change")).content.decode()
    afterwards += client.get(address(order, "history")).content.decode()
    assert CONTACT.name not in afterwards
    assert "Zebulon" not in str(list(AuditEntry.objects.values()))


def test_without_a_reason_nothing_is_shown(place, support, signed_in):
    order, client = place(), signed_in(support)
    for reason in ("", "hm"):
        assert CONTACT.name not in ask(client, order, reason).content.decode()
    assert "Say why" in ask(client, order, "hm").content.decode()
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("who", ["counter", "desk", "keeper", "promotions", "seller"])
def test_nobody_else_may(who, place, signed_in, request):
    order = place()
    answer = ask(signed_in(request.getfixturevalue(who)), order)
    assert answer.status_code == 403
    assert CONTACT.name not in answer.content.decode()


def test_another_locations_order_is_not_there(place, elsewhere, support, here, signed_in):
    order = place()
    here.users.remove(support)
    elsewhere.users.add(support)
    assert ask(signed_in(support), order).status_code == 404
    assert not Reveal.objects.exists()


def test_too_many_looks_are_refused_in_words(place, support, signed_in, settings):
    settings.REVEALS_PER_HOUR = 1
    order, client = place(), signed_in(support)
    ask(client, order)
    assert "Wait a while" in ask(client, order).content.decode()


def test_an_erased_contact_says_so(place, support, signed_in):
    order = place()
    Contact.objects.all().delete()
    assert "has been erased" in ask(signed_in(support), order).content.decode()


def test_an_owner_reads_who_looked(place, support, owner, signed_in):
    order = place()
    ask(signed_in(support), order)
    looks = signed_in(owner).get(reverse("admin:contacts_reveal_changelist")).content.decode()
    for told in (order.number, "support", "Support", WHY):
        assert told in looks
    assert CONTACT.name not in looks
