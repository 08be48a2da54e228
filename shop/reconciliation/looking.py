"""Looking over the rules because somebody asked, and putting right what they confirmed."""

from django.db import DataError, connection, transaction

from shop.audit import trail
from shop.audit.models import Action
from shop.reconciliation import reconcile
from shop.reconciliation.models import ReconcileRun, Repair
from shop.reconciliation.rules import INVARIANTS
from shop.reconciliation.signals import look_asked

# Asking twice asks once, however close together.
ONE_AT_A_TIME = 7_301


class NoSuchRule(LookupError):
    """No rule goes by that name."""


@transaction.atomic
def ask(actor):
    """Have a worker look over every rule; the run that is under way already, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    if run := ReconcileRun.objects.under_way().first():
        return run
    run = ReconcileRun.objects.create(asked_by=actor)
    look_asked.send(sender=ReconcileRun, run=run)
    return run


def look_over(run):
    """Do what was asked; a run that has ended stays as it is."""
    if run.ended_at is None:
        reconcile.note(reconcile.look(), run=run)


def rule_named(slug):
    """The rule of an address. Raises `NoSuchRule`."""
    for invariant in INVARIANTS:
        if invariant.slug == slug:
            return invariant
    raise NoSuchRule(slug)


def drift_of(invariant, key):
    """The row that breaks a rule, as it is now; None if it does not, or not any more."""
    try:
        with transaction.atomic():
            return next(iter(invariant.breaches(key)), None)
    except DataError:
        # No row has such a key.
        return None


@transaction.atomic
def repair(drift, actor):
    """Put one row right that somebody has looked at, and write down that they did."""
    outcome = reconcile.put_right(drift)
    said = {"rule": drift.invariant.rule, "culprit": str(drift.key)}
    done = Repair.objects.create(**said, outcome=outcome.name.lower(), actor=actor)
    trail.record(done, actor, action=Action.ADDED, summary=str(outcome.value))
    return outcome
