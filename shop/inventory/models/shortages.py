from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.encryption import EncryptedTextField
from shop.languages import language_now


class LowStockAlertQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)


class LowStockAlert(models.Model):
    """A record has less free stock than its threshold; open until it has enough again.

    `left` and `threshold` are steps, as they were when it was raised.
    """

    stockrecord = models.ForeignKey(
        "partner.StockRecord", on_delete=models.CASCADE, related_name="low_stock_alerts"
    )
    left = models.PositiveIntegerField(_("left then"))
    threshold = models.PositiveIntegerField(_("low below"))
    raised_at = models.DateTimeField(_("since"), auto_now_add=True)
    closed_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = LowStockAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("low stock alert")
        verbose_name_plural = _("low stock alerts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stockrecord"], condition=Q(closed_at=None), name="alert_one_open"
            )
        ]

    def __str__(self):
        return f"{self.stockrecord_id}: {self.left} < {self.threshold}"


class StockRequestQuerySet(models.QuerySet):
    def of(self, record):
        return self.filter(product=record.product_id, location=record.partner_id)

    def waiting(self):
        return self.filter(told_at=None)

    def still_coming(self):
        """Who was told so lately that they may still come for it: one step each."""
        lately = Now() - timedelta(hours=settings.BACK_IN_STOCK_HOURS)
        return self.filter(told_at__gt=lately)


class StockRequest(models.Model):
    """A shopper wants to hear when a product is back at a location.

    An account is written to at its own address, a guest at `email`. The
    fingerprint of either keeps one person from standing in the queue twice.
    """

    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="stock_requests"
    )
    location = models.ForeignKey(
        "locations.Location", on_delete=models.CASCADE, related_name="stock_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="stock_requests",
    )
    email = EncryptedTextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    # What they are written to in.
    language = models.CharField(_("language"), max_length=8, default=language_now)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    objects = StockRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("back in stock request")
        verbose_name_plural = _("back in stock requests")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location", "fingerprint"],
                condition=Q(told_at=None),
                name="stock_request_once",
            )
        ]
        indexes = [
            models.Index(fields=["product", "location", "told_at"], name="stock_request_queue")
        ]

    def __str__(self):
        # Logs and error reports print this.
        return f"Request {self.pk}"

    @property
    def address(self):
        """Where to write to."""
        return self.user.email if self.user else self.email
