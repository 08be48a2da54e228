"""Low stock: what has less free stock than it should, since when."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.filters import LocationFilter
from backoffice.formats import at, linked
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.catalogue.models import Product
from shop.inventory.models import LowStockAlert


@admin.register(LowStockAlert, site=site)
class LowStockAlertAdmin(ReadOnly, OfficeAdmin):
    empty = _("Nothing runs low. A product shows up here when it falls to its threshold.")
    empty_link = (_("Set thresholds"), "partner.stockrecord")
    location_path = "stockrecord__partner"
    list_display = ["goods", "where", "left_now", "low_below", "since"]
    list_filter = [LocationFilter]
    list_select_related = ["stockrecord__product", "stockrecord__partner__location"]
    search_fields = ["stockrecord__product__upc", "stockrecord__product__title"]
    search_help_text = _("Product or SKU")
    sortable_by = []
    ordering = ["raised_at"]
    fields = ["goods", "where", "left_now", "low_below", "since"]

    def visible_to(self, user, rows):
        own = Product.objects.visible_to(user)
        return super().visible_to(user, rows.open()).filter(stockrecord__product__in=own)

    @display(description=_("product"))
    def goods(self, alert):
        address = reverse("admin:partner_stockrecord_change", args=[alert.stockrecord_id])
        return linked(address, alert.stockrecord.product.title)

    @display(description=_("location"))
    def where(self, alert):
        return alert.stockrecord.partner.name

    @display(description=_("free now"))
    def left_now(self, alert):
        return alert.stockrecord.product.format_steps(alert.stockrecord.net_stock_level)

    @display(description=_("low below"))
    def low_below(self, alert):
        return alert.stockrecord.product.format_steps(alert.stockrecord.low_stock_threshold)

    @display(description=_("since"))
    def since(self, alert):
        return at(alert.raised_at, alert.stockrecord.partner.location)
