"""Beat, with its memory in the database: two of them ask for each job once."""

import logging
from datetime import datetime
from pathlib import Path

from celery.beat import Scheduler, SchedulingError
from django.db import Error as DatabaseAway
from django.db import close_old_connections, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from tasks.models import BeatRun

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5


class OnceScheduler(Scheduler):
    """Sends a job only if this beat is the one that counts its run.

    Another beat, or this one before it was killed, may have asked for a job meanwhile:
    then its number has moved on, and this beat waits for the job's next time. A nightly job
    that was missed while no beat ran is due as soon as one does.

    `--schedule` names a file that is touched at every tick, for those who watch over beat.
    """

    def __init__(self, *args, schedule_filename=None, **kwargs):
        self.sign_of_life = schedule_filename and Path(schedule_filename)
        self.numbers = {}
        super().__init__(*args, **kwargs)

    def setup_schedule(self):
        self.merge_inplace(self.app.conf.beat_schedule)
        jobs = [BeatRun(job=entry.task) for entry in self.schedule.values()]
        BeatRun.objects.bulk_create(jobs, ignore_conflicts=True)
        known = BeatRun.objects.in_bulk([job.pk for job in jobs])
        for entry in self.schedule.values():
            run = known[entry.task]
            self.numbers[entry.task] = run.number
            entry.last_run_at = _not_to_come(run.asked_at)

    def tick(self, *args, **kwargs):
        if self.sign_of_life:
            self.sign_of_life.touch()
        pause = super().tick(*args, **kwargs)
        return max(pause, RETRY_SECONDS) if self._heap is None else pause

    def apply_entry(self, entry, producer=None):
        close_old_connections()
        try:
            self._ask_once(entry, producer)
        except (SchedulingError, DatabaseAway) as error:
            logger.warning("%s cannot be asked for now: %s", entry.task, type(error).__name__)
            self._go_back(entry)

    def _ask_once(self, entry, producer):
        # A job that cannot be sent is not counted either.
        with transaction.atomic():
            run = BeatRun.objects.filter(pk=entry.task, number=self.numbers[entry.task])
            if run.update(number=F("number") + 1, asked_at=Now()):
                self.apply_async(entry, producer=producer, advance=False)
        self.numbers[entry.task] = BeatRun.objects.get(pk=entry.task).number

    def _go_back(self, entry):
        """Make a job due again that could not be asked for; the next tick plans all anew."""
        self.schedule[entry.name].last_run_at = entry.last_run_at
        self._heap = None


def _not_to_come(moment: datetime) -> datetime:
    """The database's clock may be ahead of ours."""
    return min(moment, timezone.now())
