"""Looking at a contact: by few, for a reason, seldom, and never without a trace."""

from functools import partial

import pytest
from django.db import ProgrammingError, connection, transaction

from shop.contacts.models import Contact, Reveal
from shop.contacts.reveal import (
    ContactErased,
    MayNotReveal,
    ReasonNeeded,
    TooManyReveals,
    reveal,
)
from shop.customer import roles
from shop.testing.factories import (
    CONTACT,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race

WHY = "The courier asks for a phone number."


@pytest.fixture
def here(db):
    return make_location(name="Magpie Here")


@pytest.fixture
def order(here):
    product = make_product()
    offer(product, here)
    return make_order(here, (product, 1))


@pytest.fixture
def support(here):
    return make_user(roles.SUPPORT, [here], username="nina")


def test_support_sees_who_it_is_and_the_look_is_recorded(order, support):
    contact = reveal(order, support, f"  {WHY} ")

    assert (contact.name, contact.phone) == (CONTACT.name, CONTACT.phone)
    look = Reveal.objects.get()
    assert (look.order, look.actor, look.reason) == (order, support, WHY)
    assert (look.role, look.place) == ("Support", "Magpie Here")


def test_an_owner_looks_from_the_whole_shop(order):
    reveal(order, make_user(roles.OWNER), WHY)
    assert (Reveal.objects.get().role, Reveal.objects.get().place) == ("Owner", "")


@pytest.mark.parametrize(
    "role", [r for r in roles.ROLES if r not in (roles.SUPPORT, roles.OWNER)] + [None]
)
def test_nobody_else_sees_who_it_is(role, order, here):
    with pytest.raises(MayNotReveal):
        reveal(order, make_user(role, [here]), WHY)
    assert not Reveal.objects.exists()


def test_another_locations_support_sees_nobody_here(order):
    for stranger in (make_user(roles.SUPPORT, [make_location()]), make_user(roles.SUPPORT)):
        with pytest.raises(MayNotReveal):
            reveal(order, stranger, WHY)
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "........", "because", "1234 5678 90"])
def test_a_reason_is_needed_that_says_something(reason, order, support):
    with pytest.raises(ReasonNeeded):
        reveal(order, support, reason)
    assert not Reveal.objects.exists()


def test_only_so_many_within_an_hour(order, support, here, settings):
    settings.REVEALS_PER_HOUR = 2
    for _look in range(2):
        reveal(order, support, WHY)
    with pytest.raises(TooManyReveals, match="2 contacts"):
        reveal(order, support, WHY)

    colleague = make_user(roles.SUPPORT, [here])
    assert reveal(order, colleague, WHY)
    assert Reveal.objects.filter(actor=support).count() == 2


def test_after_an_hour_one_may_look_again(order, support, settings):
    settings.REVEALS_PER_HOUR = 1
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_reveal (order_id, actor_id, role, place, reason, at)"
            " VALUES (%s, %s, '', '', %s, now() - interval '61 minutes')",
            [order.pk, support.pk, WHY],
        )
    assert reveal(order, support, WHY)


def test_an_erased_contact_says_so_and_is_no_look(order, support):
    Contact.objects.all().delete()
    with pytest.raises(ContactErased, match="has been erased"):
        reveal(order, support, WHY)
    assert not Reveal.objects.exists()


@pytest.mark.parametrize(
    "rewrite",
    [lambda looks: looks.update(reason="No reason at all"), lambda looks: looks.delete()],
)
def test_who_looked_is_never_rewritten(rewrite, order, support):
    reveal(order, support, WHY)
    with pytest.raises(ProgrammingError, match="never rewritten"), transaction.atomic():
        rewrite(Reveal.objects.all())
    assert Reveal.objects.get().reason == WHY


def test_a_look_stays_when_whoever_looked_has_left(order, support):
    reveal(order, support, WHY)
    support.delete()
    assert (Reveal.objects.get().actor, Reveal.objects.get().role) == (None, "Support")


@on_committed_rows
def test_many_looks_at_once_are_counted_one_by_one(order, support, settings):
    settings.REVEALS_PER_HOUR = 3

    outcomes = race(*[partial(reveal, order, support, WHY)] * 6)

    assert sum(isinstance(outcome, Contact) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, TooManyReveals) for outcome in outcomes) == 3
    assert Reveal.objects.count() == 3
    assert_invariants()


@on_committed_rows
def test_nothing_is_shown_from_within_a_transaction_that_could_still_be_undone(order, support):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        reveal(order, support, WHY)
    assert not Reveal.objects.exists()
