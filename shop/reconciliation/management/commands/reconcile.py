from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.reconciliation import reconcile
from shop.reconciliation.reconcile import Outcome


class Command(BaseCommand):
    help = (
        "Checks every rule that must never break, at one moment of the live database, and "
        "proposes what to do about each row that breaks one. Fails if there is any."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--fix", action="store_true", help="put right what is safe to put right"
        )

    def handle(self, *, fix, verbosity, **options):
        drifts = reconcile.look()
        outcomes = [
            self._tell(drift, reconcile.put_right(drift) if fix else None) for drift in drifts
        ]
        settled = sum(outcome in (Outcome.CORRECTED, Outcome.GONE) for outcome in outcomes)
        reconcile.note(drifts, corrected=outcomes.count(Outcome.CORRECTED))
        if len(drifts) > settled:
            raise CommandError(_("%(count)d rows break a rule.") % {"count": len(drifts) - settled})
        if verbosity:
            self.stdout.write(_("Every rule holds."))

    def _tell(self, drift, outcome):
        self.stdout.write(f"{drift.invariant.rule}: {drift}")
        self.stdout.write(f"    {outcome.value if outcome else drift.invariant.proposal}")
        if outcome == Outcome.NEEDS_A_PERSON:
            self.stdout.write(f"    {drift.invariant.advice}")
        return outcome
