"""The stock ledger: every movement there ever was. It is read here and never written."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from backoffice.filters import LocationFilter
from backoffice.formats import at, staff
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.catalogue.models import Product
from shop.inventory.models import Movement, MovementKind
from shop.partner.models import StockRecord

# As many records as a search looks into.
MOST_RECORDS = 500
ICONS = {
    MovementKind.RECEIVED: "local_shipping",
    MovementKind.RESERVED: "lock",
    MovementKind.RELEASED: "lock_open",
    MovementKind.HANDED_OVER: "shopping_bag",
    MovementKind.HAND_OVER_UNDONE: "settings_backup_restore",
    MovementKind.SHIPPED: "package_2",
    MovementKind.RETURNED: "undo",
    MovementKind.ADJUSTED: "tune",
    MovementKind.COUNTED: "checklist",
    MovementKind.TRANSFERRED_OUT: "outbound",
    MovementKind.TRANSFERRED_IN: "move_to_inbox",
}


def change(steps, product):
    """`+1.5 kg`, `−3`, or "" for nothing."""
    if not steps:
        return ""
    return f"{'+' if steps > 0 else '−'}{product.format_steps(abs(steps))}"


@admin.register(Movement, site=site)
class MovementAdmin(ReadOnly, OfficeAdmin):
    empty = _("Nothing has moved yet. Receive a delivery to begin.")
    empty_link = (_("The stock"), "partner.stockrecord")
    location_path = "stockrecord__partner"
    list_display = ["when", "goods", "where", "kind", "in_stock", "reserved", "cause", "why", "by"]
    list_filter = [("kind", ChoicesDropdownFilter), LocationFilter]
    list_select_related = ["stockrecord__product", "stockrecord__partner__location", "actor"]
    search_fields = ["cause", "stockrecord__product__upc", "stockrecord__product__title"]
    search_help_text = _("Product, SKU, order or delivery")
    sortable_by = []
    fields = ["when", "goods", "where", "kind", "in_stock", "reserved", "cause", "why", "by"]

    def visible_to(self, user, rows):
        own = Product.objects.visible_to(user)
        return super().visible_to(user, rows).filter(stockrecord__product__in=own)

    def get_search_results(self, request, queryset, search_term):
        """Goods are looked for among the products, which are fewer than their movements."""
        term = search_term.strip()
        if not term:
            return queryset, False
        named = Q(upc__istartswith=term) | Q(title__icontains=term)
        goods = Product.objects.filter(named).values("pk")
        records = StockRecord.objects.filter(product__in=goods).values_list("pk", flat=True)
        found = Q(stockrecord__in=list(records[:MOST_RECORDS])) | Q(cause__in=[term, term.upper()])
        return queryset.filter(found), False

    @display(description=_("when"))
    def when(self, movement):
        return at(movement.created_at, movement.stockrecord.partner.location)

    @display(description=_("product"))
    def goods(self, movement):
        return movement.stockrecord.product.title

    @display(description=_("location"))
    def where(self, movement):
        return movement.stockrecord.partner.name

    @display(description=_("in stock"), empty_value="")
    def in_stock(self, movement):
        return change(movement.in_stock_change, movement.stockrecord.product)

    @display(description=_("reserved"), empty_value="")
    def reserved(self, movement):
        return change(movement.reserved_change, movement.stockrecord.product)

    @display(description=_("reason"))
    def why(self, movement):
        return movement.reason

    @display(description=_("by"))
    def by(self, movement):
        return staff(movement.actor)
