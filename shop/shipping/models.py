from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from shop.locations.models import Location

# Oscar's shipping models know neither locations nor currencies, and send what is heavier
# than the last band as several parcels. A row a price is less than working around that.


class DeliveryRate(models.Model):
    """What a location takes for sending to a country, in its own currency, VAT included.

    Rows of one name are one way to send. One without a weight limit is a flat rate.
    """

    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="delivery_rates", verbose_name=_("from")
    )
    country = models.CharField(_("to"), max_length=2, help_text=_("ISO 3166-1, as in ES."))
    name = models.CharField(_("name"), max_length=60, default="Standard")
    up_to_grams = models.PositiveIntegerField(
        _("up to, in grams"),
        null=True,
        blank=True,
        help_text=_("Empty: a flat rate, whatever it weighs."),
    )
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        verbose_name = _("delivery rate")
        verbose_name_plural = _("delivery rates")
        ordering = ["country", "name", models.F("up_to_grams").asc(nulls_last=True)]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="delivery_price_not_negative"),
            models.UniqueConstraint(
                fields=["location", "country", "name", "up_to_grams"],
                name="delivery_one_price_a_weight",
                nulls_distinct=False,
                violation_error_message=_("There is a rate for this weight already."),
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.country}"

    def clean(self):
        if not self.code:
            raise ValidationError({"name": _("A name has letters or digits.")})

    @property
    def code(self):
        return slugify(self.name)

    def carries(self, grams):
        """Whether it is for this weight; None, for an unknown one, goes at a flat rate only."""
        return self.up_to_grams is None or (grams is not None and grams <= self.up_to_grams)
