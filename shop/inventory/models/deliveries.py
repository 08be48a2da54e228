from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """Goods that a supplier brought to a location. Its number is the cause of its movements.

    The token is the form's that it was booked with: the same form books once.
    """

    number = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    token = models.UUIDField(unique=True, editable=False)
    location = models.ForeignKey(
        "locations.Location",
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        related_name="deliveries",
    )
    reference = models.CharField(
        _("delivery note"),
        max_length=64,
        blank=True,
        help_text=_("The supplier's own number for it."),
    )
    reason = models.CharField(_("remark"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("received by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]

    def __str__(self):
        return self.number
