from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TransferStatus(models.TextChoices):
    IN_TRANSIT = "in_transit", _("in transit")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("cancelled")


class Transfer(models.Model):
    """Goods on their way between two locations: in neither's stock until somebody receives them.

    Its number is the cause of its movements.
    """

    number = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    sender = models.ForeignKey(
        "locations.Location",
        verbose_name=_("from"),
        on_delete=models.PROTECT,
        related_name="transfers_out",
    )
    receiver = models.ForeignKey(
        "locations.Location",
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="transfers_in",
    )
    status = models.CharField(
        _("status"), max_length=16, choices=TransferStatus, default=TransferStatus.IN_TRANSIT
    )
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("received or cancelled"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("received or cancelled by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # The form's that it was sent with, if it was: the same form sends once.
    token = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")), name="transfer_goes_somewhere_else"
            ),
            models.CheckConstraint(
                condition=Q(status=TransferStatus.IN_TRANSIT, ended_at=None)
                | (~Q(status=TransferStatus.IN_TRANSIT) & Q(ended_at__isnull=False)),
                name="transfer_ends_with_its_way",
            ),
        ]

    def __str__(self):
        return self.number


class TransferLine(models.Model):
    """One product of a transfer; quantities are steps. `received` is None until it arrives."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines")
    sent_from = models.ForeignKey(
        "partner.StockRecord", on_delete=models.PROTECT, related_name="transfers_out"
    )
    received_into = models.ForeignKey(
        "partner.StockRecord", on_delete=models.PROTECT, related_name="transfers_in"
    )
    sent = models.PositiveIntegerField(_("sent"))
    received = models.PositiveIntegerField(_("received"), null=True, blank=True)
    reason = models.CharField(_("why it differs"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "sent_from"], name="transfer_names_a_record_once"
            ),
            models.CheckConstraint(condition=Q(sent__gt=0), name="transfer_sends_something"),
            models.CheckConstraint(
                condition=Q(received=None) | Q(received=F("sent")) | ~Q(reason=""),
                name="transfer_difference_has_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.transfer_id}: {self.sent_from_id}"

    @property
    def difference(self):
        """Steps that were sent and did not arrive; below zero when more came than was sent."""
        return 0 if self.received is None else self.sent - self.received
