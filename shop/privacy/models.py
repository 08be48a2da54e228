from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ErasureKind(models.TextChoices):
    ACCOUNT = "account", _("an account was closed")
    CONTACT = "contact", _("a shopper asked for an order's contact to go")
    RETENTION = "retention", _("the time to keep contacts was over")


class Erasure(models.Model):
    """Personal data was erased: when, why, and of how many orders. Never whose."""

    kind = models.CharField(_("why"), max_length=16, choices=ErasureKind)
    contacts = models.PositiveIntegerField(_("orders' contacts"))
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]

    def __str__(self):
        return self.get_kind_display()
