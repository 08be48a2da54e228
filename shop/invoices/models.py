from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.locations.models import Location
from shop.order.models import Order
from shop.payment.models import Refund


class Series(models.TextChoices):
    """Credit notes count for themselves: some countries insist on it, none objects."""

    INVOICES = "invoices", _("invoices")
    CREDIT_NOTES = "credit_notes", _("credit notes")


class LastNumber(models.Model):
    """The last number that a location gave out in a year, in one series."""

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    series = models.CharField(max_length=16, choices=Series)
    serial = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "year", "series"], name="invoices_one_count_a_series"
            )
        ]

    def __str__(self):
        return f"{self.series} {self.year}: {self.serial}"


class Paper(models.Model):
    """A snapshot of what it says: names, prices and rates that change later change nothing here.

    Rows are only ever added: a trigger refuses UPDATE and DELETE. Nobody is
    named on one; whom it is for is asked of the order's contact when it is drawn.
    """

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=160, unique=True)
    # The day at the location.
    issued_on = models.DateField(_("date"))
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    # `shop.invoices.content` says what is in it.
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "year", "serial"], name="%(class)s_number_once"
            )
        ]

    def __str__(self):
        return self.number


class Invoice(Paper):
    """What an order's shopper has paid for."""

    SERIES = Series.INVOICES

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")

    class Meta(Paper.Meta):
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")


class CreditNote(Paper):
    """What of an invoice was taken back, for one refund that went."""

    SERIES = Series.CREDIT_NOTES

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="credit_note")

    class Meta(Paper.Meta):
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
