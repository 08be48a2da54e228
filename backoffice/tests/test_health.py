"""The health page: who may see it, what it says, and that a repair is looked at twice."""

import pytest
from django.db import connection
from django.urls import reverse

from shop import queues
from shop.audit import trail
from shop.partner.models import StockRecord
from shop.reconciliation import looking, reconcile
from shop.reconciliation.models import ReconcileRun, Repair
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work
from tasks.models import BeatRun, OutboxMessage

pytestmark = pytest.mark.django_db

HEALTH = reverse("health")
LOOK = reverse("health_look")
AGAIN = reverse("health_try_again")
RULE = "in stock is the sum of its movements"


@pytest.fixture
def drift(record):
    """A record that says one more than its movements do."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partner_stockrecord SET num_in_stock = num_in_stock + 1")
    rule = next(rule for rule in reconcile.INVARIANTS if rule.rule == RULE)
    return looking.drift_of(rule, str(record.pk))


def address_of(drift):
    return reverse("repair", args=[drift.invariant.slug, drift.key])


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("role", ["counter", "desk", "keeper", "seller", "promotions", "support"])
def test_health_is_for_owners(role, drift, signed_in, request):
    client = signed_in(request.getfixturevalue(role))
    pages = [HEALTH, reverse("health_run"), reverse("health_queues"), address_of(drift)]
    pages.append(reverse("health_rule", args=[drift.invariant.slug]))
    assert {client.get(page).status_code for page in pages} == {403}
    posts = [LOOK, AGAIN, address_of(drift)]
    assert {client.post(page).status_code for page in posts} == {403}
    assert not ReconcileRun.objects.exists()
    assert not Repair.objects.exists()


def test_a_look_is_asked_for_done_by_a_worker_and_told(
    owner, drift, signed_in, monkeypatch, caplog
):
    client = signed_in(owner)
    assert "Nobody has looked yet" in client.get(HEALTH).content.decode()
    for _press in range(2):
        assert "A worker looks" in client.post(LOOK, follow=True).content.decode()
    [run] = ReconcileRun.objects.all()
    assert "HX-Refresh" not in client.get(reverse("health_run"))
    # In a test one transaction is open all the time, and no moment of its own can begin.
    monkeypatch.setattr(reconcile, "_one_moment", reconcile.transaction.atomic)
    do_all_work()
    run.refresh_from_db()
    assert (run.asked_by, run.drifts, run.rules[RULE]) == (owner, 1, 1)
    assert client.get(reverse("health_run"))["HX-Refresh"] == "true"
    page = client.get(HEALTH).content.decode()
    assert "1 row breaks a rule" in page
    assert reverse("health_rule", args=[drift.invariant.slug]) in page


def test_a_repair_says_what_it_does_and_is_recorded(owner, drift, record, signed_in):
    client = signed_in(owner)
    rule = client.get(reverse("health_rule", args=[drift.invariant.slug])).content.decode()
    assert address_of(drift) in rule
    dialog = client.get(address_of(drift)).content.decode()
    assert "as its movements sum them up" in dialog
    record.refresh_from_db()
    assert record.num_in_stock == 21
    assert messages_of(client.post(address_of(drift), follow=True)) == ["It is put right."]
    record.refresh_from_db()
    assert record.num_in_stock == 20
    [repair] = Repair.objects.all()
    assert (repair.actor, repair.culprit, repair.outcome) == (owner, str(record.pk), "corrected")
    assert trail.entries_of(repair).get().actor == owner
    assert_invariants()


def test_a_repair_asks_for_the_password_that_was_typed_long_ago(
    owner, drift, record, back_after_a_while
):
    client = back_after_a_while(owner)
    assert "Type your password" in client.post(address_of(drift)).content.decode()
    record.refresh_from_db()
    assert record.num_in_stock == 21
    client.post(address_of(drift), {"own_password": "a-good-password"})
    record.refresh_from_db()
    assert record.num_in_stock == 20


def test_what_holds_again_by_then_is_left_alone(owner, drift, record, signed_in):
    """Somebody else was quicker between the dialog and its button."""
    client = signed_in(owner)
    client.get(address_of(drift))
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=20)
    said = messages_of(client.post(address_of(drift), follow=True))
    assert said == ["There was nothing to put right any more."]
    assert looking.repair(drift, owner) == reconcile.Outcome.GONE
    assert "breaks the rule no more" in client.get(address_of(drift)).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        reverse("health_rule", args=["no-such-rule"]),
        reverse("repair", args=["no-such-rule", "1"]),
        # A rule that only a person can see to.
        reverse("repair", args=["an-orders-status-is-where-its-history-ends", "1"]),
    ],
)
def test_there_is_no_page_for_a_rule_that_is_none(address, owner, signed_in):
    assert signed_in(owner).get(address).status_code == 404


def test_a_key_that_no_row_can_have_breaks_nothing(owner, drift, signed_in):
    address = reverse("repair", args=[drift.invariant.slug, "x'; --"])
    assert "breaks the rule no more" in signed_in(owner).get(address).content.decode()


def test_every_rule_has_an_address_of_its_own():
    slugs = {rule.slug for rule in reconcile.INVARIANTS}
    assert len(slugs) == len(reconcile.INVARIANTS)
    assert all(looking.rule_named(rule.slug) is rule for rule in reconcile.INVARIANTS)


def test_what_is_stuck_is_tried_again(owner, place, signed_in):
    place(paid=True)
    stuck = OutboxMessage.objects.filter(effect="issue_invoice")
    stuck.update(may_pass=False, attempts=9, failure="builtins.ValueError")
    client = signed_in(owner)
    assert "Try the stuck task again" in client.get(HEALTH).content.decode()
    assert messages_of(client.post(AGAIN, follow=True)) == ["1 task is tried again."]
    assert trail.entries_of(stuck.get()).get().actor == owner
    assert not OutboxMessage.objects.stuck().exists()
    do_all_work()
    assert stuck.get().done_at


def test_queues_are_told_and_a_broker_that_is_away_is_too(owner, signed_in, settings):
    client = signed_in(owner)
    page = client.get(reverse("health_queues")).content.decode()
    assert all(name in page for name in queues.NAMES)
    assert "nobody takes from it" in page
    assert "No worker answers" in page
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    page = client.get(reverse("health_queues")).content.decode()
    assert "The broker does not answer" in page


def test_a_job_that_beat_forgot_is_late(owner, signed_in):
    BeatRun.objects.create(job="tasks.relay", number=1)
    jobs = {job["name"]: job for job in signed_in(owner).get(HEALTH).context["jobs"]}
    assert not jobs["send unfinished work again"]["is_late"]
    assert jobs["send unfinished work again"]["rhythm"] == "every 10 seconds"
    assert jobs["look whether every rule holds"]["is_late"]
    assert jobs["look whether every rule holds"]["rhythm"] == "at 02:30 UTC"


def test_a_look_at_the_page_writes_nothing(owner, drift, signed_in, django_assert_max_num_queries):
    client, asked = signed_in(owner), []
    client.get(HEALTH)
    for _size in range(2):
        with django_assert_max_num_queries(40) as counted:
            client.get(HEALTH)
        asked.append(len(counted))
        ReconcileRun.objects.create(drifts=1, rules={RULE: 1})
        Repair.objects.create(rule=RULE, culprit="1", outcome="gone", actor=owner)
        Repair.objects.create(rule=RULE, culprit="2", outcome="gone", actor=owner)
    assert len(set(asked)) == 1
    for get in (LOOK, AGAIN):
        assert client.get(get).status_code == 405
