from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """Work that a transaction left behind, written in that transaction.

    The queue carries only this row's key and may lose it; the row stays
    unfinished until its effect is done.
    """

    effect = models.CharField(_("what to do"), max_length=64)
    subject = models.CharField(_("to what"), max_length=64, help_text=_("Its primary key."))
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox")
        constraints = [
            # Each effect is asked for once.
            models.UniqueConstraint(fields=["effect", "subject"], name="outbox_effect_once")
        ]
        indexes = [
            models.Index(fields=["sent_at"], name="outbox_unfinished", condition=Q(done_at=None))
        ]

    def __str__(self):
        return f"{self.effect} {self.subject}"
