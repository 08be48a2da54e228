from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Stocktake(models.Model):
    """Somebody counts what lies at a location. Its number is the cause of its movements.

    A location has one open stocktake at a time: a difference that two of them
    found would be booked twice.
    """

    number = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    location = models.ForeignKey(
        "locations.Location",
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        related_name="stocktakes",
    )
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("begun by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("stocktake")
        verbose_name_plural = _("stocktakes")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["location"], condition=Q(closed_at=None), name="stocktake_one_open"
            )
        ]

    def __str__(self):
        return self.number

    @property
    def is_open(self):
        return self.closed_at is None


class Count(models.Model):
    """What was counted of one record, in steps; None until somebody has counted it.

    `in_stock_then` is what the ledger said at that moment: what is sold or
    comes in afterwards does not spoil the count.
    """

    stocktake = models.ForeignKey(Stocktake, on_delete=models.CASCADE, related_name="counts")
    stockrecord = models.ForeignKey(
        "partner.StockRecord", on_delete=models.PROTECT, related_name="counts"
    )
    counted = models.PositiveIntegerField(_("counted"), null=True, blank=True)
    in_stock_then = models.PositiveIntegerField(_("in stock then"), null=True, blank=True)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("counted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "stockrecord"], name="count_of_a_record_once"
            ),
            models.CheckConstraint(
                condition=Q(counted=None, in_stock_then=None)
                | Q(counted__isnull=False, in_stock_then__isnull=False),
                name="count_knows_what_was_there",
            ),
        ]

    def __str__(self):
        return f"{self.stocktake_id}: {self.stockrecord_id}"

    @property
    def difference(self):
        """Steps to book: counted less what the ledger said; 0 for what nobody counted."""
        return 0 if self.counted is None else self.counted - self.in_stock_then


class Scan(models.Model):
    """One beep of a scanner: one more step of a record. Its token keeps it from counting twice."""

    token = models.UUIDField(unique=True, editable=False)
    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="scans")
    scanned_at = models.DateTimeField(_("scanned"), auto_now_add=True)
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.count_id}: {self.token}"
