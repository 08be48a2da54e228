from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ReconcileRunQuerySet(models.QuerySet):
    def ended(self):
        return self.exclude(ended_at=None)

    def under_way(self):
        return self.filter(ended_at=None)


class ReconcileRun(models.Model):
    """One look over all rules: how many rows broke one, and which rules they broke."""

    started_at = models.DateTimeField(_("started"), db_default=Now())
    # Empty while a worker has not come to its end, or not yet begun.
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Nobody asks for the nightly one.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    drifts = models.PositiveIntegerField(_("drifts"), default=0)
    corrected = models.PositiveIntegerField(_("corrected"), default=0)
    # Rule -> how many rows broke it. The rows' own values stay out: a run is kept for ever.
    rules = models.JSONField(_("rules"), default=dict)

    objects = ReconcileRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.drifts}"

    @property
    def left(self):
        return self.drifts - self.corrected


class Repair(models.Model):
    """Somebody had a row put right: which, by which rule, and what it came to."""

    rule = models.CharField(_("rule"), max_length=200)
    culprit = models.CharField(_("row"), max_length=64)
    outcome = models.CharField(_("outcome"), max_length=32)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.rule}: {self.culprit}"
