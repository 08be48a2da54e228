from decimal import Decimal
from math import ceil

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory, AbstractProduct
from oscar.apps.catalogue.managers import ProductQuerySet as OscarProductQuerySet
from wagtail.search import index

from shop.catalogue.finding.fields import PRODUCT_FIELDS
from shop.catalogue.finding.models import Synonyms, Word  # noqa: F401
from shop.catalogue.units import Unit, format_quantity, steps_in

GRAMS_A_KILOGRAM = 1000


class ProductQuerySet(OscarProductQuerySet):
    def on_sale(self):
        """Products that the shop shows; whether one is in stock is another question."""
        return self.filter(is_public=True)

    def named(self, words):
        """Products whose name or SKU holds these words, as the staff look for them."""
        return self.filter(Q(title__icontains=words) | Q(upc__icontains=words))

    def visible_to(self, user):
        """The products that somebody of the staff may look into: all, or their own ones."""
        if not user.is_active or not user.is_staff:
            return self.none()
        if user.has_perm("catalogue.see_every_product"):
            return self
        return self.filter(seller=user)


class Product(index.Indexed, AbstractProduct):
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.PIECE)
    step = models.DecimalField(
        _("sold in steps of"),
        max_digits=7,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text=_("In its unit: 1 for pieces, 0.25 for apples by the quarter kilogram."),
    )
    weight_grams = models.PositiveIntegerField(
        _("weight in grams"),
        null=True,
        blank=True,
        help_text=_(
            "Of one piece, litre or metre, with its wrapping; what is sold by the kilogram weighs"
            " what it says. Empty: unknown, then it is delivered at flat rates only."
        ),
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_url = models.URLField(
        _("picture elsewhere"),
        max_length=500,
        blank=True,
        help_text=_("Told to programs as it is, where the product has no picture of its own."),
    )
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("seller"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
        help_text=_("Whoever posted it and may change it; empty for the shop's own goods."),
    )

    objects = ProductQuerySet.as_manager()

    search_fields = PRODUCT_FIELDS
    # `finding.index` does it, in one go with the product's words.
    search_auto_update = False

    class Meta(AbstractProduct.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(step__gt=0), name="product_step_positive")
        ]
        permissions = [("see_every_product", "Can see every seller's products")]
        indexes = [
            # Long lists are ordered by it, and go on behind a product.
            models.Index(fields=["title", "id"], name="product_by_title"),
            # No two SKUs differ in capitals alone: each new one is looked up so.
            models.Index(Upper("upc"), name="product_upc_in_capitals"),
        ]

    @property
    def sku(self):
        return self.upc

    def get_absolute_url(self):
        # A product's page is made with it and keeps this address when it moves.
        return f"/p/{self.upc}/"

    def quantity(self, steps):
        """What a number of steps is in the product's unit."""
        return steps * self.step

    def steps(self, quantity):
        """How many steps a quantity is. Raises `NotAStep`."""
        return steps_in(Decimal(quantity), self.step, self.unit)

    def weight(self, steps):
        """What a number of steps weighs, in grams, rounded up; None if nobody knows."""
        a_unit = GRAMS_A_KILOGRAM if self.unit == Unit.KILOGRAM else self.weight_grams
        return None if a_unit is None else ceil(self.quantity(steps) * a_unit)

    @transaction.atomic
    def update_rating(self):
        """Write the rating alone: whoever changes the product meanwhile keeps their change."""
        # Of two reviews at once, the second one waits and counts the first.
        Product.objects.select_for_update(of=("self",), no_key=True).get(pk=self.pk)
        self.rating = self.calculate_rating()
        self.save(update_fields=["rating"])

    def format_steps(self, steps):
        return format_quantity(self.quantity(steps), self.unit)


class Category(AbstractCategory):
    def get_absolute_url(self):
        return f"/c/{self.slug}/"


class ProductsChange(models.Model):
    """Products that changed together, and whose pages have not been told yet."""

    product_ids = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{len(self.product_ids)} products"


from oscar.apps.catalogue.models import *  # noqa: E402, F403
