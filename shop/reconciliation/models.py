from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ReconcileRun(models.Model):
    """One look over all rules: how many rows broke one, and which rules they broke."""

    started_at = models.DateTimeField(_("started"), db_default=Now())
    drifts = models.PositiveIntegerField(_("drifts"))
    corrected = models.PositiveIntegerField(_("corrected"), default=0)
    # Rule -> how many rows broke it. The rows' own values stay out: a run is kept for ever.
    rules = models.JSONField(_("rules"), default=dict)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.drifts}"
