from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord


class Partner(AbstractPartner):
    """Who sells: what every price at one place has in common."""

    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    vat_rate = models.DecimalField(
        _("VAT rate"),
        max_digits=5,
        decimal_places=4,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("As a fraction: 0.21 for 21 %. Prices include it."),
    )


# Oversupplied is what lies free this many times over what it is called low below.
OVERSUPPLIED_TIMES = 10


class Level(models.TextChoices):
    """What a list of stock is narrowed down to."""

    LOW = "low", _("low")
    OUT = "out", _("out")
    OVERSUPPLIED = "oversupplied", _("oversupplied")
    RESERVED = "reserved", _("reserved")


class StockRecordQuerySet(models.QuerySet):
    def at_level(self, level):
        """All records, when no level is named."""
        return getattr(self, Level(level))() if level in Level else self

    def out(self):
        return self.filter(num_in_stock=F("num_allocated"))

    def reserved(self):
        return self.filter(num_allocated__gt=0)

    def oversupplied(self):
        enough = F("low_stock_threshold") * OVERSUPPLIED_TIMES
        return self.filter(low_stock_threshold__gt=0, num_in_stock__gt=F("num_allocated") + enough)

    def low(self):
        """Records with less free stock than their threshold asks for."""
        return self.filter(
            low_stock_threshold__isnull=False,
            num_in_stock__lt=F("num_allocated") + F("low_stock_threshold"),
        )


class StockRecord(AbstractStockRecord):
    """A product at a location: its price there and its stock, in steps.

    `num_in_stock` is what lies on the shelf, `num_allocated` what of it is
    reserved for orders. Only `shop.inventory` changes either.
    """

    num_in_stock = models.PositiveIntegerField(_("in stock"), default=0, editable=False)
    num_allocated = models.PositiveIntegerField(_("reserved"), default=0, editable=False)
    shelf = models.CharField(_("shelf"), max_length=16, blank=True)

    objects = StockRecordQuerySet.as_manager()

    class Meta(AbstractStockRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(num_allocated__gte=0, num_in_stock__gte=F("num_allocated")),
                name="stock_reserved_within_stock",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="stock_price_not_negative"),
            models.UniqueConstraint(
                fields=["product", "partner"], name="stock_one_record_per_location"
            ),
        ]

    def __str__(self):
        return f"{self.product}, {self.partner}"

    def allocate(self, quantity):
        raise NotImplementedError("Stock is reserved by shop.inventory alone.")

    consume_allocation = cancel_allocation = allocate


from oscar.apps.partner.models import *  # noqa: E402, F403
