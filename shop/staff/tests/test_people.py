"""Who may give which roles, and that the shop always keeps an owner."""

import pytest
from django.contrib.auth.models import Group

from shop.audit.models import AuditEntry
from shop.customer import roles
from shop.customer.models import User
from shop.staff import people
from shop.staff.people import AboveYourRights, LastOwner, NotYourLocation, NotYourself
from shop.testing.factories import make_location, make_user
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race

pytestmark = pytest.mark.django_db


def role(name):
    return Group.objects.get(name=name)


@pytest.fixture
def lead(here):
    """Somebody with a group of the shop's own invention, who may manage people, and little else."""
    return make_user(roles.COUNTER, [here], username="lead")


def test_roles_and_places_are_changed_and_written_down(owner, counter, here):
    there = make_location(name="Magpie There")
    people.assign(counter, [role(roles.ORDER_DESK)], [there], actor=owner)

    assert counter.groups.get().name == roles.ORDER_DESK
    assert counter.partners.get().name == "Magpie There"
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.object_name) == (owner, "counter")
    assert entry.changes == [
        {"field": "roles", "before": "Counter", "after": "Order desk"},
        {"field": "works at", "before": "Magpie Here", "after": "Magpie There"},
    ]


def test_the_same_again_is_no_change(owner, counter, here):
    people.assign(counter, [role(roles.COUNTER)], [here], actor=owner)
    assert not AuditEntry.objects.exists()


def test_without_a_role_somebody_opens_nothing(owner, counter):
    people.assign(counter, [], [], actor=owner)
    counter.refresh_from_db()
    assert not counter.is_staff


def test_nobody_gives_more_than_they_have(lead, counter, here):
    with pytest.raises(AboveYourRights, match="Order desk may do more than you"):
        people.assign(counter, [role(roles.ORDER_DESK)], [here], actor=lead)
    assert counter.groups.get().name == roles.COUNTER


def test_nobody_changes_whoever_may_more(lead, owner):
    with pytest.raises(AboveYourRights):
        people.assign(owner, [role(roles.COUNTER)], [], actor=lead)
    with pytest.raises(AboveYourRights):
        people.dismiss(owner, actor=lead)


def test_nobody_but_a_superuser_changes_a_superuser(owner):
    boss = make_user(roles.OWNER, is_superuser=True)
    with pytest.raises(AboveYourRights):
        people.dismiss(boss, actor=owner)


def test_nobody_sends_anybody_where_they_do_not_see(lead, counter):
    with pytest.raises(NotYourLocation):
        people.assign(counter, [role(roles.COUNTER)], [make_location()], actor=lead)


def test_the_last_owner_stays_one(owner):
    with pytest.raises(LastOwner):
        people.assign(owner, [role(roles.COUNTER)], [], actor=owner)
    assert owner.groups.get().name == roles.OWNER
    assert not AuditEntry.objects.exists()


def test_an_account_that_is_closed_counts_for_no_owner(owner):
    other = make_user(roles.OWNER, is_active=False)
    with pytest.raises(LastOwner):
        people.assign(owner, [role(roles.COUNTER)], [], actor=owner)
    people.take_back(other, actor=owner)
    people.assign(owner, [role(roles.COUNTER)], [], actor=owner)


def test_nobody_closes_their_own_account(owner):
    make_user(roles.OWNER)
    with pytest.raises(NotYourself):
        people.dismiss(owner, actor=owner)


def test_closing_an_account_says_why(owner, counter):
    people.dismiss(counter, actor=owner, reason="moved away")
    counter.refresh_from_db()
    assert not counter.is_active
    entry = AuditEntry.objects.get()
    assert entry.reason == "moved away"
    assert entry.changes == [{"field": "active", "before": True, "after": False}]


@on_committed_rows
def test_two_owners_who_put_each_other_out_leave_one():
    one, other = make_user(roles.OWNER), make_user(roles.OWNER)

    outcomes = race(
        lambda: people.dismiss(one, actor=other),
        lambda: people.dismiss(other, actor=one),
    )

    assert User.objects.filter(groups__name=roles.OWNER, is_active=True).count() == 1
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert_invariants()
