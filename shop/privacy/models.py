from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# Long enough to hand a complaint in, and no longer than any law asks for.
SHORTEST_DAYS, LONGEST_DAYS = 1, 3650


class EventKind(models.TextChoices):
    EXPORT = "export", _("a shopper took their data along")
    ACCOUNT = "account", _("an account was closed")
    CONTACT = "contact", _("a shopper asked for an order's contact to go")
    RETENTION = "retention", _("the time to keep contacts was over")


class PrivacyEvent(models.Model):
    """Personal data was handed out or erased: when, why, and of how many orders. Never whose.

    Whatever shoppers ask for is done at once: when it was asked is when it was done.
    """

    kind = models.CharField(_("what"), max_length=16, choices=EventKind)
    contacts = models.PositiveIntegerField(_("orders' contacts"))
    at = models.DateTimeField(_("asked and done"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["-pk"]

    def __str__(self):
        return self.get_kind_display()


class RetentionPeriod(models.Model):
    """An owner decided how long contacts of finished orders are kept. The last decision holds."""

    days = models.PositiveSmallIntegerField(
        _("days"),
        validators=[MinValueValidator(SHORTEST_DAYS), MaxValueValidator(LONGEST_DAYS)],
    )
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=SHORTEST_DAYS, days__lte=LONGEST_DAYS),
                name="retention_within_reason",
            )
        ]

    def __str__(self):
        return str(_("%(n)d days") % {"n": self.days})
