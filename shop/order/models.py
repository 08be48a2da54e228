from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.abstract_models import (
    AbstractLine,
    AbstractOrder,
    AbstractOrderStatusChange,
)

from shop.catalogue.units import Unit, format_quantity
from shop.locations.models import Location


class Status(models.TextChoices):
    PENDING = "pending", _("waiting for payment")
    PAID = "paid", _("paid")
    READY = "ready", _("ready to collect")
    SHIPPED = "shipped", _("shipped")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    REFUNDED = "refunded", _("refunded")


class Fulfilment(models.TextChoices):
    PICKUP = "pickup", _("pickup")
    DELIVERY = "delivery", _("delivery")


CENT = Decimal("0.01")

# The statuses in which an order's goods lie on the shelf, set aside for it.
HOLDS_STOCK = (Status.PENDING, Status.PAID, Status.READY)


class Ending(models.TextChoices):
    """Why an order was cancelled: what its shopper is told hangs on it."""

    PAYMENT_FAILED = "payment_failed", _("the payment failed")
    EXPIRED = "expired", _("not paid in time")
    BY_SHOPPER = "by_shopper", _("cancelled by the shopper")
    BY_STAFF = "by_staff", _("cancelled by the shop")
    NOT_COLLECTED = "not_collected", _("not collected in time")


class OrderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The orders of the locations that somebody works at."""
        return self.filter(location__in=Location.objects.visible_to(user))

    def of_shopper(self, user):
        return self.filter(user=user)


class Order(AbstractOrder):
    """What was bought, as it was: nothing edits an order, its status alone moves.

    Who it is for is not written here but in `shop.contacts`.
    """

    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.PENDING)
    fulfilment = models.CharField(
        _("fulfilment"), max_length=16, choices=Fulfilment, default=Fulfilment.PICKUP
    )
    location = models.ForeignKey(
        Location,
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        related_name="orders",
    )
    location_name = models.CharField(_("location's name"), max_length=128)
    location_address = models.CharField(_("location's address"), max_length=240)
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)
    # Until when an order that is not paid keeps its goods, and how often that was put off.
    expires_at = models.DateTimeField(_("held until"))
    extensions = models.PositiveSmallIntegerField(default=0, editable=False)
    # Where a delivery goes; the address itself is the contact's.
    delivery_country = models.CharField(_("delivered to"), max_length=2, blank=True)
    carrier = models.CharField(_("carrier"), max_length=64, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta(AbstractOrder.Meta):
        indexes = [
            models.Index(fields=["location", "status", "-date_placed"], name="order_of_location"),
            models.Index(fields=["status", "-date_placed"], name="order_of_status"),
            models.Index(fields=["expires_at"], name="order_unpaid", condition=Q(status="pending")),
            models.Index(fields=["promised_at"], name="order_promised"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_incl_tax__gte=0, total_excl_tax__lte=F("total_incl_tax")),
                name="order_total_not_negative",
            ),
            # A basket becomes one order, however often it is submitted.
            models.UniqueConstraint(fields=["basket"], name="order_once_a_basket"),
        ]

    def get_absolute_url(self):
        return f"/orders/{self.number}/"

    @property
    def subtotal(self):
        """What the lines cost before discounts."""
        return sum(line.line_price_before_discounts_incl_tax for line in self.lines.all())

    @property
    def discount_total(self):
        return sum(line.discount_incl_tax for line in self.lines.all())

    @property
    def stock_demands(self):
        """What the order still asks of stock, as pairs of stock record id and steps."""
        held = self.lines_left.annotate(held=F("quantity") - F("returned"))
        return list(held.values_list("stockrecord_id", "held"))

    @property
    def lines_left(self):
        """The lines that were not given back altogether."""
        return self.lines.filter(returned__lt=F("quantity"))


class Line(AbstractLine):
    """A product as it was sold. `quantity` counts steps; the unit price is that of one unit.

    `returned` is the one count that moves: steps given back, before or after they were handed over.
    """

    stockrecord = models.ForeignKey(
        "partner.StockRecord", on_delete=models.PROTECT, related_name="order_lines"
    )
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.PIECE)
    step = models.DecimalField(_("step"), max_digits=7, decimal_places=3, default=1)
    vat_rate = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=4)
    returned = models.PositiveIntegerField(_("returned"), default=0, editable=False)

    class Meta(AbstractLine.Meta):
        # Whoever looks for a SKU does not mind its case.
        indexes = [models.Index(Upper("upc"), name="line_sku")]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned__lte=F("quantity")), name="line_returned_within_quantity"
            )
        ]

    @property
    def steps_left(self):
        """What was sold and not given back."""
        return self.quantity - self.returned

    @property
    def left_label(self):
        return self.label_of(self.steps_left)

    @property
    def returned_label(self):
        return self.label_of(self.returned)

    def label_of(self, steps):
        return format_quantity(steps * self.step, self.unit)

    def price_of_next(self, steps):
        """What the next steps to be given back were sold for, discounts taken off.

        In whatever parts a line is given back, they add up to exactly its price.
        """
        return self._price_of_first(self.returned + steps) - self._price_of_first(self.returned)

    def _price_of_first(self, steps):
        share = self.line_price_incl_tax * steps / self.quantity
        return share.quantize(CENT, ROUND_HALF_UP)

    @property
    def quantity_in_unit(self):
        return self.quantity * self.step

    @property
    def quantity_label(self):
        return format_quantity(self.quantity_in_unit, self.unit)


class OrderStatusChange(AbstractOrderStatusChange):
    """A step that an order took: when, who, and why."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ending = models.CharField(_("ending"), max_length=16, choices=Ending, blank=True)

    class Meta(AbstractOrderStatusChange.Meta):
        ordering = ["pk"]

    def __str__(self):
        return f"{self.old_status or '∅'} → {self.new_status}"


from oscar.apps.order.models import *  # noqa: E402, F403
