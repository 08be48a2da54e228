from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(done_at=None)

    def stuck(self):
        """What has failed too often to be taken for a passing fault, or cannot pass at all."""
        often = Q(attempts__gte=settings.OUTBOX_STUCK_ATTEMPTS) & ~Q(failure="")
        return self.unfinished().filter(often | Q(may_pass=False))

    def try_again(self):
        """Let the relay send what is stuck once more, as if it had never failed so often."""
        return self.stuck().update(attempts=0, may_pass=True, taken_at=None, due_at=Now())


class OutboxMessage(models.Model):
    """Work that a transaction left behind, written in that transaction.

    The queue carries only this row's key and may lose it; the row stays
    unfinished until its effect is done. All times are the database's.
    """

    effect = models.CharField(_("what to do"), max_length=64)
    subject = models.CharField(_("to what"), max_length=64, help_text=_("Its primary key."))
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    due_at = models.DateTimeField(
        _("due"), help_text=_("From when on it is sent again, if it is not done.")
    )
    taken_at = models.DateTimeField(
        _("taken up"), null=True, blank=True, help_text=_("By a worker that has not said more yet.")
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failure = models.CharField(
        _("failure"),
        max_length=100,
        blank=True,
        help_text=_("The kind of the last one; never its words, which may name somebody."),
    )
    may_pass = models.BooleanField(
        _("may pass"), default=True, help_text=_("Whether trying again can help.")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox")
        constraints = [
            # Each effect is asked for once.
            models.UniqueConstraint(fields=["effect", "subject"], name="outbox_effect_once")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="outbox_unfinished", condition=Q(done_at=None)),
            models.Index(fields=["done_at"], name="outbox_done", condition=~Q(done_at=None)),
        ]

    def __str__(self):
        return f"{self.effect} {self.subject}"


class BeatRun(models.Model):
    """When one of beat's jobs was last asked for, and when it was last done.

    Its number decides between two beats: whoever counts it up sends the job.
    """

    job = models.CharField(_("job"), max_length=100, primary_key=True)
    number = models.PositiveBigIntegerField(_("how often"), default=0)
    asked_at = models.DateTimeField(_("last asked for"), db_default=Now())
    done_at = models.DateTimeField(_("last done"), null=True, blank=True)

    class Meta:
        verbose_name = _("scheduled job")
        verbose_name_plural = _("scheduled jobs")

    def __str__(self):
        return self.job
