"""What whoever sent a file can ask for, step by step."""

from django.db import transaction

from shop.imports import arriving, matching, turns
from shop.imports.models import Stage
from shop.imports.turns import NotNow

__all__ = ["NotNow", "book", "check", "match_anew", "undo"]


def check(an_import, mapping, location, *, actor):
    """Check all rows, by this matching of columns. Raises `CannotMatch` and `NotNow`."""
    matching.check(an_import, mapping, location)
    turns.begin(
        an_import,
        Stage.CHECKING,
        after=[Stage.MATCHING],
        actor=actor,
        mapping=mapping,
        location=location,
    )


@transaction.atomic
def match_anew(an_import):
    """Back to the columns, with nothing booked. Raises `NotNow`."""
    waiting = type(an_import).objects.filter(pk=an_import.pk, stage=Stage.CHECKED)
    if not waiting.update(stage=Stage.MATCHING, position=0):
        an_import.refresh_from_db()
        raise NotNow(an_import.get_stage_display())
    an_import.rows.all().delete()


def book(an_import, *, actor):
    """Book what was found. Raises `NotNow`."""
    turns.begin(an_import, Stage.BOOKING, after=[Stage.CHECKED], actor=actor)
    arriving.forget_file(an_import)


def undo(an_import, *, actor):
    """Undo what was booked. Raises `NotNow`."""
    turns.begin(an_import, Stage.UNDOING, after=[Stage.BOOKED], actor=actor)
