"""Long work in short turns: a worker does some batches, then lets other work in between.

Each batch is one transaction that holds the import's row, does its work, and moves the
position. So a worker may be killed anywhere: the next one goes on from the position, and two
at once never do the same batch twice.
"""

from time import monotonic

from django.db import transaction
from django.utils.translation import gettext as _

from shop.imports import arriving, booking, checking, undoing
from shop.imports.models import Import, Stage, Turn
from shop.imports.reading import UnreadableFile
from shop.imports.signals import turn_due

TURN_SECONDS = 8
WORK = {
    Stage.CHECKING: checking.batches,
    Stage.BOOKING: booking.batches,
    Stage.UNDOING: undoing.batches,
}


class NotNow(Exception):
    """An import that is not where this step begins; `str()` says where it is."""


def begin(an_import, stage, *, after, actor, **values):
    """Let workers take an import through a stage. Raises `NotNow`."""
    with transaction.atomic():
        ready = Import.objects.filter(pk=an_import.pk, stage__in=after)
        begun = ready.update(stage=stage, actor=actor, position=0, failure="", **values)
        an_import.refresh_from_db()
        if not begun:
            raise NotNow(an_import.get_stage_display())
        _ask_for_turn(an_import)


def take(pk):
    """Take a turn: batch after batch, until the stage is done or the time is up."""
    turn = Turn.objects.select_related("of").filter(pk=pk).first()
    if turn is None or turn.of.stage not in WORK:
        return
    try:
        _work(turn)
    except UnreadableFile as error:
        Import.objects.filter(pk=turn.of_id).update(stage=Stage.FAILED, failure=str(error)[:200])
        arriving.forget_file(Import.objects.get(pk=turn.of_id))
    except Exception:
        # Whoever sent the file sees that it stands still, and why that need not worry them.
        at_work = Import.objects.filter(pk=turn.of_id, stage=turn.of.stage)
        at_work.update(failure=_("Something broke on our side. It is tried again soon."))
        raise


def _work(turn):
    until = monotonic() + TURN_SECONDS
    batches = WORK[turn.of.stage](turn.of)
    for batch in batches:
        if not _do(turn, batch):
            return
        if monotonic() > until:
            _ask_for_turn(turn.of)
            return


def _do(turn, batch):
    """Do a batch, unless the import has moved on without us."""
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=turn.of_id)
        outdated = Turn.objects.filter(of=held, pk__gt=turn.pk).exists()
        if outdated or (held.stage, held.position) != (turn.of.stage, turn.of.position):
            return False
        batch(held)
        if held.failure:
            Import.objects.filter(pk=held.pk).update(failure="")
    turn.of = held
    return True


@transaction.atomic
def _ask_for_turn(an_import):
    turn = Turn.objects.create(of=an_import)
    turn_due.send(sender=Turn, turn=turn)
