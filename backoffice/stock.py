"""Stock: a product at a location, what lies there, and why it is that much."""

from django import forms
from django.contrib import admin, messages
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from backoffice import timeline
from backoffice.filters import LocationFilter
from backoffice.formats import badge, money
from backoffice.policy import OfficeAdmin
from backoffice.site import site
from backoffice.stock_dialogs import QUANTITY, AdjustDialog, ReceiveDialog, SendDialog, steps_of
from backoffice.tables import TablesMixin
from backoffice.thresholds import BulkThresholds
from shop.catalogue.models import Category, Product
from shop.catalogue.units import plain
from shop.imports.models import Kind
from shop.inventory import deliveries, low_stock, stock, transfers
from shop.inventory.models import Transfer
from shop.partner.models import Level, StockRecord


def complete(record):
    """Fill in what follows from a new record's product and location."""
    record.partner_sku = record.product.upc
    record.price_currency = record.partner.currency


class LevelFilter(DropdownFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request, model_admin):
        return Level.choices

    def queryset(self, request, queryset):
        return queryset.at_level(self.value())


class CategoryFilter(DropdownFilter):
    title = _("category")
    parameter_name = "category"

    def lookups(self, request, model_admin):
        return list(Category.objects.order_by("path").values_list("pk", "name"))

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        within = Product.objects.filter(categories=self.value()).values("pk")
        return queryset.filter(product__in=within)


class StockRecordForm(forms.ModelForm):
    low_below = forms.DecimalField(
        label=_("Low below"),
        required=False,
        min_value=0,
        help_text=_("In the product's unit. Empty for a product that is never called low."),
        **QUANTITY,
    )

    class Meta:
        model = StockRecord
        fields = ["product", "partner", "price", "shelf"]
        labels = {"partner": _("Location"), "price": _("Price")}
        help_texts = {
            "price": _("For one unit, VAT included, in the location's currency."),
            "shelf": _("Where to look for it when an order is packed."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        record = self.instance
        if record.pk and record.low_stock_threshold is not None:
            below = record.product.quantity(record.low_stock_threshold)
            self.initial["low_below"] = plain(below)

    def clean(self):
        cleaned = super().clean()
        product = cleaned.get("product") or (self.instance.pk and self.instance.product)
        if product and "low_below" in cleaned:
            below = cleaned["low_below"]
            steps = self._steps(product, below) if below else below
            self.instance.low_stock_threshold = steps
        return cleaned

    def _steps(self, product, quantity):
        try:
            return steps_of(product, quantity)
        except forms.ValidationError as refusal:
            self.add_error("low_below", refusal)


@admin.register(StockRecord, site=site)
class StockRecordAdmin(TablesMixin, BulkThresholds, OfficeAdmin):
    empty = _("No product is offered at your locations yet.")
    empty_link = (_("The products"), "catalogue.product")
    form = StockRecordForm
    tables = (Kind.STOCK, Kind.PRICES)
    location_path = "partner"
    list_display = ["goods", "where", "shelf", "cost", "in_stock", "reserved", "free", "low_below"]
    list_filter = [LocationFilter, LevelFilter, CategoryFilter]
    list_select_related = ["product", "partner"]
    search_fields = ["product__title", "product__upc"]
    search_help_text = _("Product or SKU")
    ordering = ["product__title", "partner__name"]
    autocomplete_fields = ["product"]
    actions = ["call_low_below"]
    list_after_template = "backoffice/oversupplied.html"
    actions_detail = ["receive", "adjust", "send"]
    change_form_outer_before_template = "backoffice/actions.html"
    change_form_outer_after_template = "backoffice/ledger.html"
    fieldsets = [
        (None, {"fields": [("product", "partner"), ("in_stock", "reserved", "free")]}),
        (_("Price and place"), {"fields": [("price", "shelf"), "low_below"]}),
    ]
    add_fieldsets = [
        (None, {"fields": [("product", "partner"), ("price", "shelf"), "low_below"]}),
    ]

    def visible_to(self, user, rows):
        return super().visible_to(user, rows).filter(product__in=Product.objects.visible_to(user))

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "partner")

    def get_readonly_fields(self, request, obj=None):
        now = ["in_stock", "reserved", "free"]
        return [*now, "product", "partner"] if obj else now

    class Media:
        css = {"all": ["backoffice/inventory.css"]}

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            complete(obj)
            return super().save_model(request, obj, form, change)
        # Never the two counts: orders move them while a form is open.
        obj.save(update_fields=["price", "shelf", "date_updated"])
        if "low_below" in form.changed_data:
            low_stock.set_threshold(obj, obj.low_stock_threshold)
        return None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        record = self.row(request, object_id)
        title = _("%(product)s, %(location)s")
        title %= {"product": record.product, "location": record.partner.name}
        context = {"title": title, "ledger": timeline.story_of(record, request)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @display(description=_("product"), ordering="product__title", header=True)
    def goods(self, record):
        return record.product.title, record.product.sku

    @display(description=_("location"), ordering="partner__name")
    def where(self, record):
        return record.partner.name

    @display(description=_("price"), ordering="price")
    def cost(self, record):
        return money(record.price, record.price_currency)

    @display(description=_("in stock"), ordering="num_in_stock")
    def in_stock(self, record):
        return record.product.format_steps(record.num_in_stock)

    @display(description=_("reserved"), ordering="num_allocated")
    def reserved(self, record):
        return record.product.format_steps(record.num_allocated) if record.num_allocated else "–"

    @display(description=_("free"), ordering=F("num_in_stock") - F("num_allocated"))
    def free(self, record):
        free = record.product.format_steps(record.net_stock_level)
        if not record.net_stock_level:
            return badge(_("out"), "bad")
        return badge(_("%s, low") % free, "warn") if record.is_below_threshold else free

    @display(description=_("low below"), ordering="low_stock_threshold", empty_value="–")
    def low_below(self, record):
        threshold = record.low_stock_threshold
        return None if threshold is None else record.product.format_steps(threshold)

    @action(
        description=_("Receive a delivery"),
        permissions=["change"],
        icon="add_box",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("Receive a delivery"),
            "form_class": ReceiveDialog,
            "form_submit_text": _("Book it in"),
        },
    )
    def receive(self, request, form, object_id):
        record, found = form.row, form.cleaned_data
        deliveries.receive(
            record.partner.location,
            [(record.pk, found["quantity"])],
            token=found["token"],
            reference=found["delivery"],
            actor=request.user,
        )
        return self._booked(request, record, _("received"), found["quantity"])

    @action(
        description=_("Adjust with a reason"),
        permissions=["change"],
        icon="tune",
        dialog={
            "title": _("Adjust the stock"),
            "form_class": AdjustDialog,
            "form_submit_text": _("Adjust"),
        },
    )
    def adjust(self, request, form, object_id):
        record, found = form.row, form.cleaned_data
        steps, seen = found["quantity"], found["seen"]
        try:
            stock.adjust(record, steps, reason=found["reason"], actor=request.user, seen=seen)
        except stock.OutOfStock as refusal:
            left = record.product.format_steps(refusal.shortages[0].left)
            said = _("Only %(left)s can be taken off: the rest is reserved for orders.")
            messages.error(request, said % {"left": left})
            return self.back_to(request, record)
        except stock.ChangedMeanwhile as now:
            said = _("Nothing was adjusted: it is %(now)s by now. Look again.")
            messages.error(request, said % {"now": record.product.format_steps(now.in_stock)})
            return self.back_to(request, record)
        return self._booked(request, record, _("adjusted"), steps)

    def stock_records(self, request, queryset):
        return queryset

    def has_send_permission(self, request, obj=None):
        return request.user.has_perm("inventory.add_transfer")

    @action(
        description=_("Send elsewhere"),
        permissions=["send"],
        icon="local_shipping",
        dialog={
            "title": _("Send to another location"),
            "form_class": SendDialog,
            "form_submit_text": _("Send"),
        },
    )
    def send(self, request, form, object_id):
        record, found = form.row, form.cleaned_data
        try:
            transfer = transfers.send(
                record.partner.location,
                found["receiver"],
                [(record.pk, found["quantity"])],
                actor=request.user,
                reason=found["why"],
                token=found["token"],
            )
        except stock.OutOfStock as refusal:
            left = record.product.format_steps(refusal.shortages[0].left)
            said = _("Only %(left)s can be sent: the rest is reserved for orders.")
            messages.error(request, said % {"left": left})
            return self.back_to(request, record)
        transfer_admin = site.get_model_admin(Transfer)
        transfer_admin.log_addition(request, transfer, str(_("sent")))
        messages.success(request, transfer_admin.said(transfer))
        return transfer_admin.back_to(request, transfer)

    def _booked(self, request, record, done, steps):
        record.refresh_from_db(fields=["num_in_stock", "num_allocated"])
        sign = "−" if steps < 0 else "+"
        self.log_change(request, record, f"{done}: {sign}{abs(steps)}")
        said = _("%(change)s: now %(now)s on the shelf.") % {
            "change": f"{sign}{record.product.format_steps(abs(steps))}",
            "now": record.product.format_steps(record.num_in_stock),
        }
        messages.success(request, said)
        return self.back_to(request, record)
