"""Looking over every rule, and putting right what is safe to put right."""

import logging
from collections import Counter
from contextlib import contextmanager
from enum import Enum

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.inventory.stock import OutOfStock
from shop.order.statuses import InvalidTransition
from shop.reconciliation.models import ReconcileRun
from shop.reconciliation.rules import INVARIANTS
from shop.reconciliation.signals import drift_found

logger = logging.getLogger(__name__)


class Outcome(Enum):
    CORRECTED = _("corrected")
    GONE = _("not there any more")
    NEEDS_A_PERSON = _("needs a person")


def look():
    """Every drift there is at one moment: all rules see the same rows, and work goes on."""
    with _one_moment():
        return [drift for invariant in INVARIANTS for drift in invariant.breaches()]


@contextmanager
def _one_moment():
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def put_right(drift) -> Outcome:
    """Correct a drift that is still there once its row is locked."""
    correction = drift.invariant.correction
    if correction is None:
        return Outcome.NEEDS_A_PERSON
    try:
        with transaction.atomic():
            correction.rows(drift.key).select_for_update(of=("self",)).first()
            if not drift.invariant.breaches(drift.key):
                return Outcome.GONE
            correction.apply(drift.key)
            # Half right is not right: what is left is for somebody to look at.
            return _kept_if_right(drift)
    except (DatabaseError, OutOfStock, InvalidTransition) as error:
        logger.warning("%s: no correction, %s", drift.invariant.rule, type(error).__name__)
        return Outcome.NEEDS_A_PERSON


def _kept_if_right(drift):
    if not drift.invariant.breaches(drift.key):
        return Outcome.CORRECTED
    transaction.set_rollback(True)
    return Outcome.NEEDS_A_PERSON


@transaction.atomic
def note(drifts, corrected=0, run=None):
    """Write down how a look ended, and raise the alarm if something was found."""
    rules = Counter(drift.invariant.rule for drift in drifts)
    run = run or ReconcileRun()
    run.drifts, run.corrected, run.rules = len(drifts), corrected, dict(rules)
    run.ended_at = Now()
    run.save()
    for rule, rows in rules.items():
        logger.error("drift: %s does not hold for %d rows", rule, rows)
    if drifts:
        drift_found.send(sender=ReconcileRun, run=run)
    return run
