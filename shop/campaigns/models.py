"""Pages, prices and a promo code that go live together."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from shop.locations.models import Location
from shop.partner.models import StockRecord
from shop.voucher.models import Voucher


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    LIVE = "live", _("live")
    FAILED = "failed", _("failed: nothing of it is live")


class CampaignQuerySet(models.QuerySet):
    def due(self):
        return self.filter(state=State.PLANNED, starts_at__lte=Now())


class Campaign(ClusterableModel):
    """Goes live at its time: all of it, or nothing. `shop.campaigns.launching` does that."""

    name = models.CharField(_("name"), max_length=120)
    starts_at = models.DateTimeField(_("goes live"))
    promo_code = models.CharField(
        _("promo code"),
        max_length=64,
        blank=True,
        help_text=_("Made in the back office and switched off there: it is switched on then."),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State, default=State.PLANNED, editable=False
    )
    settled_at = models.DateTimeField(_("went live or failed"), null=True, editable=False)
    fault = models.CharField(_("what went wrong"), max_length=300, blank=True, editable=False)
    # Whose rights count, and who stands in the audit log.
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("planned by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_at", "-pk"]

    def __str__(self):
        return self.name

    def clean(self):
        self.promo_code = self.promo_code.strip().upper()
        if self.promo_code and not Voucher.objects.filter(code=self.promo_code).exists():
            raise ValidationError({"promo_code": _("There is no such promo code.")})


class CampaignPage(models.Model):
    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="pages")
    # A page that was deleted is no page that may be left out without a word.
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Its draft is published as it is then."),
    )

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "page"], name="campaign_page_once")
        ]

    def __str__(self):
        return str(self.page or "")


class CampaignPrice(models.Model):
    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="prices")
    sku = models.CharField(_("SKU"), max_length=64)
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.CASCADE, related_name="+"
    )
    price = models.DecimalField(
        _("new price"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("For one unit, VAT included, in the location's currency."),
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "sku", "location"], name="campaign_price_once"
            )
        ]

    def __str__(self):
        return f"{self.sku}, {self.location}"

    def clean(self):
        self.sku = self.sku.strip()
        if self.location_id and self.record() is None:
            raise ValidationError({"sku": _("This location does not offer such a product.")})

    def record(self):
        records = StockRecord.objects.filter(product__upc=self.sku, partner=self.location_id)
        return records.first()
