"""Who changed what: written by every form and dialog, read by owners, told on each page."""

import pytest
from django.urls import reverse

from shop.audit.models import AuditEntry
from shop.audit.trail import Change
from shop.audit.trail import record as note
from shop.testing.factories import CONTACT

pytestmark = pytest.mark.django_db

PRESSED = {"_form_submitted": "True"}
LOG = reverse("admin:audit_auditentry_changelist")


def page_of(row, page="change"):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[row.pk])


def typed_in(client, row):
    """What a row's own form would send, unchanged."""
    return typed_at(client, page_of(row))


def typed_at(client, address):
    context = client.get(address).context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.initial_forms]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False and value != "":
                sent[field.html_name] = value
    return sent


def test_a_form_tells_before_and_after(owner, record, signed_in):
    client = signed_in(owner)
    typed = typed_in(client, record) | {"price": "5.50", "shelf": "B7"}
    assert client.post(page_of(record), typed).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.area) == (owner, "changed", "partner.stockrecord")
    told = {change["field"]: (change["before"], change["after"]) for change in entry.changes}
    assert told == {"Price": ("4.2", "5.5"), "Shelf": ("A3", "B7")}


def test_a_row_beside_it_is_told_by_name(owner, here, signed_in):
    client = signed_in(owner)
    typed = typed_in(client, here)
    opens = next(name for name in typed if name.endswith("-0-opens"))
    answer = client.post(page_of(here), typed | {opens: "09:30"})
    assert answer.status_code == 302, answer.context["errors"]
    [change] = AuditEntry.objects.get().changes
    assert change["field"].startswith("Opening hours")
    assert (change["before"], change["after"]) == ("08:00:00", "09:30:00")


def test_choices_and_people_are_told_as_they_are_called(owner, here, counter, signed_in):
    client = signed_in(owner)
    typed = typed_in(client, here) | {"users": [], "uncollected_policy": "keep"}
    client.post(page_of(here), typed)
    told = {change["field"]: change for change in AuditEntry.objects.get().changes}
    assert told["People who work here"]["before"] == "counter"
    assert told["If nobody comes"]["after"] == "Keep it: somebody here decides"


def test_what_is_added_is_told(owner, signed_in):
    signed_in(owner).post(
        reverse("admin:catalogue_category_add"), {"name": "Jams", "is_public": "on"}
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_name) == ("added", "Jams")


def test_a_dialog_tells_what_became_of_the_row_and_why(keeper, record, signed_in):
    address = reverse("admin:partner_stockrecord_adjust", args=[record.pk])
    typed = {"quantity": "-2", "seen": "20", "reason": "two jars broken"}
    signed_in(keeper).post(address, PRESSED | typed)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.reason) == (keeper, "two jars broken")
    assert {"field": "in stock", "before": 20, "after": 18} in entry.changes


def test_a_step_of_an_order_is_told_and_nobody_is_named(desk, place, signed_in):
    order = place(paid=True)
    signed_in(desk).post(reverse("admin:order_order_mark_ready", args=[order.pk]), PRESSED)
    entry = AuditEntry.objects.get()
    assert {"field": "status", "before": "paid", "after": "ready to collect"} in entry.changes
    assert CONTACT.name not in str(entry.changes)


def test_a_refused_form_is_no_change(owner, record, signed_in):
    client = signed_in(owner)
    client.post(page_of(record), typed_in(client, record) | {"price": "much"})
    assert not AuditEntry.objects.exists()


def test_history_tells_a_rows_own_entries_to_whoever_sees_the_row(
    owner, keeper, record, stranger, signed_in
):
    client = signed_in(owner)
    client.post(page_of(record), typed_in(client, record) | {"shelf": "B7"})
    page = signed_in(keeper).get(page_of(record, "history")).content.decode()
    assert "B7" in page
    assert "owner" in page
    assert signed_in(stranger).get(page_of(record, "history")).status_code in (403, 404)


@pytest.mark.parametrize("who", ["counter", "seller", "keeper", "desk", "promotions", "support"])
def test_the_whole_log_is_for_owners(who, signed_in, request):
    assert signed_in(request.getfixturevalue(who)).get(LOG).status_code == 403


def test_the_log_is_filtered_by_person_area_and_words(owner, keeper, record, here, signed_in):
    note(record, keeper, [Change("shelf", "A3", "B7")])
    note(here, owner, reason="new sign")
    client = signed_in(owner)

    def found(**query):
        answer = client.get(LOG, query)
        assert answer.status_code == 200, answer["Location"]
        return {entry.area for entry in answer.context["cl"].queryset}

    assert found() == {"partner.stockrecord", "locations.location"}
    assert found(actor=keeper.pk) == {"partner.stockrecord"}
    assert found(area="locations.location") == {"locations.location"}
    assert found(q="new sign") == {"locations.location"}
    assert found(at_from="2001-01-01", at_to="2001-01-02") == set()


def test_nobody_writes_in_it(owner, here, signed_in):
    entry = note(here, owner)
    client = signed_in(owner)
    for page in ("change", "delete"):
        client.post(page_of(entry, page), {"summary": "nothing happened", "post": "yes"})
    assert AuditEntry.objects.get().summary == ""


def test_a_long_log_takes_as_many_queries_as_a_short_one(
    owner, here, record, signed_in, django_assert_max_num_queries
):
    client, asked = signed_in(owner), []
    for size in (2, 8):
        for _entry in range(size):
            note(here, owner, [Change("name", "a", "b")])
            note(record, owner)
        with django_assert_max_num_queries(30) as counted:
            client.get(LOG)
        asked.append(len(counted))
    assert asked[0] == asked[1]
