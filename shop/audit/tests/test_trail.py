"""The audit log is only ever added to, and tells nothing about anybody."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from shop.audit.models import Action, AuditEntry
from shop.audit.trail import Change, differences, entries_of, fields_of, record
from shop.contacts.models import Contact
from shop.testing.factories import make_location, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("column", ["summary", "reason", "object_name", "action", "area"])
def test_an_entry_is_never_rewritten(column):
    record(make_location(), make_user())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(**{column: "x"})


def test_an_entry_is_never_deleted():
    record(make_location(), make_user())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_whoever_acted_may_leave_and_what_they_did_stays():
    actor = make_user()
    record(make_location(), actor)
    actor.delete()
    assert AuditEntry.objects.get().actor is None


def test_the_differences_of_two_readings():
    location = make_location(name="Old", city="Lisbon")
    before = fields_of(location)
    location.name = "New"
    location.uncollected_policy = "keep"
    changes = [change.told() for change in differences(before, fields_of(location))]
    assert changes == [
        {"field": "Name", "before": "Old", "after": "New"},
        {
            "field": "if nobody comes",
            "before": "Put it back on sale and send the money back",
            "after": "Keep it: somebody here decides",
        },
    ]


@pytest.mark.parametrize("field", ["email", "password", "first_name", "last_name"])
def test_what_tells_of_somebody_is_hidden(field):
    user = make_user(first_name="Zebulon", last_name="Quist")
    before = fields_of(user)
    setattr(user, field, "zebulon@quist.example")
    [change] = differences(before, fields_of(user))
    assert change.told() == {"field": change.field, "before": "•••", "after": "•••"}


def test_nothing_of_a_contact_is_told():
    contact, other = Contact(name="Zebulon", email="z@q.example"), Contact(name="", email="a@b.c")
    told = [change.told() for change in differences(fields_of(contact), fields_of(other))]
    assert {value for change in told for value in (change["before"], change["after"])} <= {
        "•••",
        "",
    }


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Decimal("4.20"), "4.2"),
        (Decimal("100"), "100"),
        (datetime(2026, 11, 25, 9, 30, tzinfo=UTC), "2026-11-25 09:30"),
        (["Counter", "Owner"], "Counter, Owner"),
        (None, ""),
        (False, False),
        ("x" * 500, "x" * 200),
    ],
)
def test_values_as_people_read_them(value, plain):
    assert Change("price", value).told()["before"] == plain


def test_the_entries_of_a_row_are_its_own():
    here, there = make_location(), make_location()
    record(here, None, action=Action.ADDED)
    record(there, None)
    assert [entry.action for entry in entries_of(here)] == ["added"]
