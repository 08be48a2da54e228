from decimal import Decimal

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine
from oscar.core.utils import round_half_up_two_dec

from shop.partner.strategy import AtLocation


class Basket(AbstractBasket):
    location = models.ForeignKey(
        "locations.Location",
        verbose_name=_("location"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="baskets",
    )
    # A submitted basket is never opened again. The one that its shopper goes on
    # with names it, so what a failed payment brings back finds its way there.
    predecessor = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="successor",
    )
    # Where the lines of a submitted basket went back to when its order came to nothing.
    returned_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Its promo codes that were put on that basket then, and had not been on it before.
    returned_codes = models.ManyToManyField("voucher.Voucher", blank=True, related_name="+")

    class Meta(AbstractBasket.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(status="Open", owner__isnull=False),
                name="basket_one_open_per_owner",
            )
        ]

    @property
    def currency(self):
        return self.location.currency if self.location else None

    @cached_property
    def strategy(self):
        return AtLocation(location=self.location)

    has_strategy = True

    def all_lines(self):
        """The lines, read once, with all that pricing them asks for."""
        if self._lines is None:
            if self.pk is None:
                return self.lines.model.objects.none()
            codes = Basket.vouchers.through.objects.filter(basket=OuterRef("basket_id"))
            self._lines = (
                self.lines.select_related(
                    "product__product_class", "product__image", "stockrecord__partner"
                )
                .annotate(basket_has_codes=Exists(codes))
                .order_by("pk")
            )
            for line in self._lines:
                # Oscar's offers ask each line for its basket, and that for its strategy.
                line.basket = self
        return self._lines

    @property
    def num_lines(self):
        return len(self.all_lines())

    @property
    def has_codes(self):
        """Whether there are promo codes on a basket with lines; told along with those."""
        return any(line.basket_has_codes for line in self.all_lines())


class Line(AbstractLine):
    """A product in a basket; its quantity is counted in the product's steps."""

    # The line of the next basket that this one's coming back made; none where one was there.
    returned_as = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    @property
    def vat_rate(self):
        return self.stockrecord.partner.vat_rate

    @property
    def quantity_in_unit(self):
        return self.product.quantity(self.quantity)

    @property
    def line_price_incl_tax(self):
        """Rounded once, half up: three quarters of a kilogram cost what they cost."""
        if self.unit_price_incl_tax is None:
            return None
        return round_half_up_two_dec(self.quantity * self.unit_price_incl_tax)

    @property
    def line_price_excl_tax(self):
        return self._without_tax(self.line_price_incl_tax)

    @property
    def line_price_excl_tax_incl_discounts(self):
        return self._without_tax(self.line_price_incl_tax_incl_discounts)

    def _without_tax(self, amount: Decimal | None):
        return None if amount is None else round_half_up_two_dec(amount / (1 + self.vat_rate))

    @property
    def refusal(self):
        """Why this line cannot be ordered as it is, in the shopper's words, or ""."""
        if not self._is_offered:
            return _("No longer offered here.")
        left = self.stockrecord.net_stock_level
        if left <= 0:
            return _("Sold out here.")
        if self.quantity > left:
            return _("Only %(left)s left here.") % {"left": self.product.format_steps(left)}
        return ""

    @property
    def _is_offered(self):
        location = self.basket.location
        is_open = location is not None and location.is_active
        return is_open and self.purchase_info.price.exists and self.product.is_public


from oscar.apps.basket.models import *  # noqa: E402, F403
