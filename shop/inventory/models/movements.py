from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class MovementKind(models.TextChoices):
    RECEIVED = "received", _("received")
    RESERVED = "reserved", _("reserved")
    RELEASED = "released", _("released")
    HANDED_OVER = "handed_over", _("handed over")
    HAND_OVER_UNDONE = "hand_over_undone", _("hand-over undone")
    SHIPPED = "shipped", _("shipped")
    RETURNED = "returned", _("returned")
    ADJUSTED = "adjusted", _("adjusted")
    COUNTED = "counted", _("counted")
    TRANSFERRED_OUT = "transferred_out", _("transferred out")
    TRANSFERRED_IN = "transferred_in", _("transferred in")


class MovementQuerySet(models.QuerySet):
    def of(self, record):
        """Why a record's stock is what it is, newest first."""
        return self.filter(stockrecord=record).select_related("actor").order_by("-pk")


class Movement(models.Model):
    """One line of the stock ledger: what changed, what was left, and why.

    All numbers are steps. Rows are only ever added: a trigger refuses UPDATE
    and DELETE, so a mistake is put right by a movement of its own.
    """

    stockrecord = models.ForeignKey(
        "partner.StockRecord", on_delete=models.PROTECT, related_name="movements"
    )
    kind = models.CharField(_("what"), max_length=16, choices=MovementKind)
    in_stock_change = models.IntegerField(_("in stock, change"))
    reserved_change = models.IntegerField(_("reserved, change"))
    in_stock_after = models.PositiveIntegerField(_("in stock, after"))
    reserved_after = models.PositiveIntegerField(_("reserved, after"))
    cause = models.CharField(
        _("for"),
        max_length=64,
        blank=True,
        help_text=_("The number of an order, transfer or count."),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        # The trigger guards the row itself; whoever acted may still be erased.
        db_constraint=False,
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["stockrecord", "-id"], name="movement_of_record"),
            models.Index(fields=["cause"], name="movement_cause", condition=~Q(cause="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_stock_after__gte=F("reserved_after")),
                name="movement_reserved_within_stock",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.in_stock_change:+d}/{self.reserved_change:+d}"

    @property
    def in_stock_before(self):
        return self.in_stock_after - self.in_stock_change

    @property
    def reserved_before(self):
        return self.reserved_after - self.reserved_change
