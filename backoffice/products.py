"""Products: what the shop sells. Saving one is all it takes: its page is made with it."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminImageSmallFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice import pictures, stock
from backoffice.formats import badge, linked, money
from backoffice.navigation import cms_page_of
from backoffice.policy import OfficeAdmin, OfficeInline
from backoffice.site import site
from backoffice.tables import TablesMixin
from backoffice.thresholds import BulkThresholds
from shop.catalogue.models import Category, Product, ProductClass
from shop.catalogue.skus import SAFE_SKU, is_taken
from shop.imports.models import Kind
from shop.locations.models import Location
from shop.partner.models import StockRecord


class ProductForm(forms.ModelForm):
    upc = forms.CharField(
        label=_("SKU"),
        max_length=64,
        validators=[SAFE_SKU],
        help_text=_("Its number in the shop and in its page's address. It stays."),
        widget=UnfoldAdminTextInputWidget,
    )
    picture = pictures.PictureField(
        label=_("Picture"), required=False, widget=UnfoldAdminImageSmallFieldWidget
    )
    filed_under = forms.ModelMultipleChoiceField(
        Category.objects.order_by("path"),
        label=_("Categories"),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
    )

    class Meta:
        model = Product
        fields = [
            "title",
            "upc",
            "description",
            "unit",
            "step",
            "weight_grams",
            "is_public",
            "seller",
        ]
        labels = {"title": _("Name"), "is_public": _("Shown in the shop")}
        help_texts = {"is_public": _("Whether it can be bought is decided by its stock.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].required = True
        if self.instance.pk:
            # Shown, and never sent: a product's number stays.
            self.fields.pop("upc", None)
            self.initial["filed_under"] = self.instance.categories.all()

    def clean_upc(self):
        sku = self.cleaned_data["upc"]
        if is_taken(sku):
            raise forms.ValidationError(_("Another product has this SKU."))
        return sku

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk:
            self.instance.product_class, _made = ProductClass.objects.get_or_create(name="Goods")
            self.instance.slug = slugify(cleaned.get("title", "")) or "product"
        return cleaned


class OfferForm(forms.ModelForm):
    class Meta:
        model = StockRecord
        fields = ["partner", "price", "shelf"]
        labels = {"partner": _("Location"), "price": _("Price")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["price"].required = True
        # Stock does not move to another location by renaming it.
        self.fields["partner"].disabled = bool(self.instance.pk)


class OffersInline(OfficeInline):
    """Where the product is offered, and at what price. Goods come in on the stock's own page."""

    model = StockRecord
    form = OfferForm
    location_path = "partner"
    verbose_name = _("offer")
    verbose_name_plural = _("Offered at")
    fields = ["partner", "price", "shelf", "in_stock"]
    readonly_fields = ["in_stock"]
    hide_title = True
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "partner")

    @display(description=_("in stock"), empty_value="–")
    def in_stock(self, record):
        if not record.pk:
            return None
        address = reverse("admin:partner_stockrecord_change", args=[record.pk])
        return linked(f"{address}#why", record.product.format_steps(record.num_in_stock))


class LevelFilter(stock.LevelFilter):
    """Products with stock at that level at one of the asker's locations."""

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        records = site.get_model_admin(StockRecord).get_queryset(request).at_level(self.value())
        return queryset.filter(Exists(records.filter(product=OuterRef("pk"))))


@admin.register(Product, site=site)
class ProductAdmin(TablesMixin, BulkThresholds, OfficeAdmin):
    empty = _("There is nothing to sell yet. Begin with a first product.")
    form = ProductForm
    tables = (Kind.PRODUCTS,)
    inlines = [OffersInline]

    class Media:
        css = {"all": ["backoffice/inventory.css"]}

    list_display = ["named", "category", "sold_by", "prices", "free", "levels", "shown", "story"]
    list_filter = [stock.CategoryFilter, LevelFilter, "is_public", "unit"]
    list_after_template = "backoffice/oversupplied.html"
    search_fields = ["title", "upc"]
    search_help_text = _("Name or SKU")
    ordering = ["title"]
    actions = ["call_low_below"]
    readonly_fields = ["shown_picture", "stays", "sold_by"]

    def get_list_display(self, request):
        # The door to a product's page opens for editors alone.
        may_edit_pages = request.user.has_perm("wagtailadmin.access_admin")
        return [name for name in self.list_display if name != "story" or may_edit_pages]

    def visible_to(self, user, rows):
        return rows & Product.objects.visible_to(user)

    def get_queryset(self, request):
        offers = StockRecord.objects.filter(
            partner__in=Location.objects.visible_to(request.user).values("pk")
        )
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                pictures.prefetched(),
                Prefetch("stockrecords", offers.order_by("price"), to_attr="offers"),
                "categories",
            )
        )

    def get_fieldsets(self, request, obj=None):
        sold = [_unit_fields(obj), "weight_grams", "is_public"]
        if request.user.has_perm("catalogue.see_every_product"):
            sold.append("seller")
        return [
            (
                None,
                {"fields": [("title", "stays" if obj else "upc"), "description", "filed_under"]},
            ),
            (_("How it is sold"), {"fields": sold}),
            (_("Picture"), {"fields": [("shown_picture", "picture")] if obj else ["picture"]}),
        ]

    def save_model(self, request, obj, form, change):
        if not change and not request.user.has_perm("catalogue.see_every_product"):
            obj.seller = request.user
        if picture := form.cleaned_data.get("picture"):
            obj.image = pictures.keep(picture, obj.title, request.user)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.categories.set(form.cleaned_data["filed_under"])

    def save_formset(self, request, form, formset, change):
        for record in formset.save(commit=False):
            if record.pk:
                record.save(update_fields=["price", "shelf", "date_updated"])
            else:
                stock.complete(record)
                record.save()

    @display(description=_("product"), ordering="title")
    def named(self, product):
        return format_html(
            '<span class="office-goods">{}<span><strong>{}</strong><small>{}</small></span></span>',
            pictures.thumbnail(product),
            product.title,
            product.sku,
        )

    @display(description=_("category"), empty_value="–")
    def category(self, product):
        return ", ".join(category.name for category in product.categories.all())

    @display(description=_("SKU"))
    def stays(self, product):
        return product.sku

    @display(description=_("sold by"), ordering="unit")
    def sold_by(self, product):
        return product.get_unit_display() if product.step == 1 else product.format_steps(1)

    @display(description=_("offered at"))
    def prices(self, product):
        if not product.offers:
            return format_html('<span class="office-soft">{}</span>', _("nowhere yet"))
        places = ngettext("%(n)d location", "%(n)d locations", len(product.offers))
        grid = f"{reverse('stock_grid')}?{urlencode({'q': product.sku})}"
        ranges = _price_ranges(product.offers)
        # Many currencies say little side by side: the grid's and the product's page tell them.
        told = ranges[0][0] if len(ranges) == 1 else _("%(n)s currencies") % {"n": len(ranges)}
        return format_html(
            '{}<br><span class="office-soft">{}</span>',
            linked(grid, places % {"n": len(product.offers)}),
            told,
        )

    @display(description=_("free"))
    def free(self, product):
        if not product.offers:
            return "–"
        return product.format_steps(sum(record.net_stock_level for record in product.offers))

    @display(description=_("stock"), empty_value="")
    def levels(self, product):
        """At how many locations somebody should do something about it."""
        some = [record for record in product.offers if record.net_stock_level]
        out, low = len(product.offers) - len(some), sum(r.is_below_threshold for r in some)
        told = [(_("out at %(n)s"), "bad", out), (_("low at %(n)s"), "warn", low)]
        badges = [(badge(text % {"n": number}, tone),) for text, tone, number in told if number]
        return format_html_join(" ", "{}", badges) or None

    def stock_records(self, request, queryset):
        records = site.get_model_admin(StockRecord).get_queryset(request)
        return records.filter(product__in=queryset.order_by().values("pk"))

    @display(description=_("in the shop"), ordering="is_public", boolean=True)
    def shown(self, product):
        return product.is_public

    # Not "page": the storefront calls a product's page that.
    @display(description=_("page"))
    def story(self, product):
        address = cms_page_of(product)
        return linked(address, _("Its page")) if address else "–"

    @display(description=_("picture now"))
    def shown_picture(self, product):
        return pictures.thumbnail(product, "office-picture")


def _unit_fields(product):
    if product and product.stockrecords.exists():
        # Stock is counted in steps: another step would change what was counted.
        return "sold_by"
    return ("unit", "step")


def _price_ranges(offers):
    """From the cheapest to the dearest location, one range a currency."""
    prices = {}
    for record in offers:
        prices.setdefault(record.price_currency, []).append(record.price)
    return [(_range(found, currency),) for currency, found in sorted(prices.items())]


def _range(prices, currency):
    low, high = min(prices), max(prices)
    if low == high:
        return money(low, currency)
    return f"{money(low, currency)} – {money(high, currency)}"
