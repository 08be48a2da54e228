from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


class AuditEntry(models.Model):
    """Somebody of the staff changed something: what it was before, what it is now, and why.

    Entries are only ever added: a trigger refuses UPDATE and DELETE. The row is named
    by words, so that an entry outlives it.
    """

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        # The trigger guards the entry itself; whoever acted may still leave.
        db_constraint=False,
    )
    action = models.CharField(_("what"), max_length=8, choices=Action)
    # Its model as Django labels it: "locations.location".
    area = models.CharField(_("area"), max_length=64)
    object_pk = models.CharField(max_length=64, editable=False)
    object_name = models.CharField(_("of"), max_length=200)
    # [{"field": …, "before": …, "after": …}]
    changes = models.JSONField(_("before and after"), default=list)
    summary = models.CharField(_("in words"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["area", "object_pk"], name="audit_of_object"),
            models.Index(fields=["actor", "-id"], name="audit_of_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self):
        return f"{self.get_action_display()}: {self.object_name}"
