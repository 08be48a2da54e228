"""The sheet of products, and with each product its offer at one location if the file has one."""

from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.db.models.functions import Now, Upper
from django.utils.text import slugify
from django.utils.translation import gettext as _
from import_export.fields import Field

from shop.catalogue import changes
from shop.catalogue.models import Product, ProductCategory, ProductClass
from shop.catalogue.skus import SAFE_SKU
from shop.catalogue.units import Unit
from shop.imports.models import Kind
from shop.imports.rewriting import rewrite
from shop.imports.sheets.base import Stale
from shop.imports.sheets.offers import (
    MOST,
    Offer,
    OffersSheet,
    faults_of_offer,
    write_offers,
)
from shop.imports.sheets.shelves import Shelves, is_sayable
from shop.imports.sheets.widgets import (
    ChoiceWidget,
    ListWidget,
    MoneyWidget,
    NumberWidget,
    TextWidget,
    YesNoWidget,
)
from shop.partner.models import StockRecord

# Our draft's attribute -> the product's own.
PLAIN = {
    "name": "title",
    "description": "description",
    "unit": "unit",
    "step": "step",
    "weight": "weight_grams",
    "shown": "is_public",
}
# The first one is where a product's page stands.
FILED = Prefetch("productcategory_set", ProductCategory.objects.order_by("pk"))
STEP = NumberWidget(3, least=Decimal("0.001"), most=Decimal(9999))


@dataclass(eq=False, repr=False)
class Goods(Offer):
    """A product as its row tells it, with its offer where the row tells that too."""

    description: str = ""
    categories: tuple = ()
    unit: str = Unit.PIECE
    step: Decimal = Decimal(1)
    weight: int | None = None
    shown: bool = True

    @property
    def is_offered(self):
        return self.location is not None

    @property
    def measure(self):
        return self.step, self.unit

    @property
    def plain(self):
        return {theirs: getattr(self, ours) for ours, theirs in PLAIN.items()}


class ProductsSheet(OffersSheet):
    name = Field("name", "Name", TextWidget(255, needed=True))
    description = Field("description", "Description", TextWidget())
    categories = Field("categories", "Categories", ListWidget())
    unit = Field("unit", "Unit", ChoiceWidget(Unit), saves_null_values=False)
    step = Field("step", "Step", STEP, saves_null_values=False)
    weight = Field("weight", "Weight (g)", NumberWidget(most=Decimal(2**31 - 1)))
    shown = Field("shown", "Shown", YesNoWidget(), saves_null_values=False)
    place = Field("place", "Location", TextWidget(), readonly=True)
    price = Field("price", "Price", MoneyWidget(), saves_null_values=False)
    in_stock = Field("in_stock", "In stock", NumberWidget(3, most=MOST), saves_null_values=False)
    shelf = Field("shelf", "Shelf", TextWidget(16))
    kind = Kind.PRODUCTS
    keys = ("SKU",)
    counted = "In stock"
    offered = ("Price", "In stock", "Shelf")

    def __init__(self, user, location=None, **kwargs):
        super().__init__(user, location, **kwargs)
        self.shelves = Shelves()

    def products_of(self, rows):
        return rows.prefetch_related(FILED)

    def load(self, rows):
        super().load(rows)
        found = [product.pk for product in self.products.values()]
        stocked = StockRecord.objects.filter(product__in=found)
        self.stocked = set(stocked.values_list("product_id", flat=True))
        missing = {row["SKU"].strip().upper() for row in rows} - {s.upper() for s in self.products}
        by_capitals = Product.objects.annotate(capitals=Upper("upc"))
        taken = by_capitals.filter(capitals__in=missing) if missing else Product.objects.none()
        self.taken = set(taken.values_list("capitals", flat=True)) if missing else set()

    def place_of(self, row):
        """Where the row's offer is; None for a row that offers nothing."""
        if not any(row.get(column, "").strip() for column in self.offered):
            return None
        place = super().place_of(row)
        if place is None:
            self.refuse("place", _("Say at which location it is offered."))
        return place

    def find(self, row):
        product, place = self.products.get(row["SKU"].strip()), self.place_of(row)
        if product is None:
            return None
        draft = self._goods(product, place)
        if place:
            verb = "change" if draft.record else "add"
            self.may(f"partner.{verb}_stockrecord", "price")
        return draft

    def begin(self, row):
        sku, place = row["SKU"].strip(), self.place_of(row)
        if sku.upper() in self.taken:
            self.refuse("sku", _("Another product has this SKU."))
        self.may("catalogue.add_product", "sku")
        if place:
            self.may("partner.add_stockrecord", "price")
        return Goods(location=place, place=place.code if place else "", sku=sku)

    def _goods(self, product, place=None):
        draft = Goods(product, place, sku=product.upc, place=place.code if place else "")
        for ours, theirs in PLAIN.items():
            setattr(draft, ours, getattr(product, theirs))
        filed = product.productcategory_set.all()
        draft.categories = tuple(self.shelves.by_pk[link.category_id] for link in filed)
        if record := place and self.records.get((product.pk, place.pk)):
            draft.take(record)
        return draft

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        instance.categories = tuple(map(self.shelves.spelt, instance.categories))

    def faults_of(self, draft):
        faults = self._faults_of_product(draft)
        if draft.is_offered and not faults:
            faults = faults_of_offer(draft)
        return faults

    def _faults_of_product(self, draft):
        faults = self._faults_of_change(draft) if draft.product else _faults_of_new(draft)
        unknown = [path for path in draft.categories if path not in self.shelves.by_path]
        if unknown and not self.user.has_perm("catalogue.add_category"):
            faults["categories"] = _("There is no category %(path)s.") % {"path": unknown[0]}
        elif not all(map(is_sayable, unknown)):
            faults["categories"] = _("A category has a name, of up to 255 letters.")
        return faults

    def _faults_of_change(self, draft):
        before = self._goods(draft.product)
        if _told(before) != _told(draft) and not self.user.has_perm("catalogue.change_product"):
            return {"sku": _("You may not change products.")}
        measured = (before.step, before.unit) != draft.measure
        if measured and draft.product.pk in self.stocked:
            return {"step": _("Its stock is counted in its unit and step: they stay.")}
        return {}

    def write(self, planned, *, actor, cause, reason):
        new = [plan.draft for plan in planned if plan.draft.product is None]
        old = [plan for plan in planned if plan.before and _told(plan.before) != _told(plan.draft)]
        self._add(new, actor)
        self._rewrite(old)
        self._file(new + [p.draft for p in old if p.before.categories != p.draft.categories])
        changes.announce([draft.product.pk for draft in [*new, *(plan.draft for plan in old)]])
        offered = [plan for plan in planned if plan.draft.is_offered]
        write_offers(offered, actor=actor, cause=cause, reason=reason)

    def _add(self, drafts, actor):
        if not drafts:
            return
        goods, _made = ProductClass.objects.get_or_create(name="Goods")
        seller = None if actor.has_perm("catalogue.see_every_product") else actor
        products = Product.objects.bulk_create(
            Product(
                upc=draft.sku,
                slug=slugify(draft.name)[:255] or "product",
                product_class=goods,
                seller=seller,
                **draft.plain,
            )
            for draft in drafts
        )
        for draft, product in zip(drafts, products, strict=True):
            draft.product = product

    def _rewrite(self, planned):
        seen = {plan.draft.product.pk: plan.before.product.date_updated for plan in planned}
        locked = Product.objects.filter(pk__in=seen).order_by("pk").select_for_update(no_key=True)
        if dict(locked.values_list("pk", "date_updated")) != seen:
            raise Stale
        rewrite([_rewritten(plan.draft) for plan in planned], [*PLAIN.values(), "date_updated"])

    def _file(self, drafts):
        """Put products into their categories; those that are missing are made."""
        links = [
            ProductCategory(product=draft.product, category_id=self.shelves.pk_of(path))
            for draft in drafts
            for path in draft.categories
        ]
        ProductCategory.objects.filter(product__in=[draft.product.pk for draft in drafts]).delete()
        ProductCategory.objects.bulk_create(links)

    def take_back(self, drafts):
        """Delete products that nothing hangs on; those that something does are shown no more."""
        self.withdraw(drafts)
        ids = [draft.product.pk for draft in drafts]
        bare = Product.objects.filter(pk__in=ids, stockrecords=None)
        gone = set(bare.values_list("pk", flat=True))
        for product in Product.objects.filter(pk__in=gone):
            product.delete()
        Product.objects.filter(pk__in=set(ids) - gone).update(is_public=False, date_updated=Now())
        changes.announce(sorted(set(ids) - gone))
        stays = _("It is shown no more; its stock or its orders keep it.")
        return {draft: stays for draft in drafts if draft.product.pk not in gone}

    def made_offer(self, row):
        return row.changes.get("Price", ["none"])[0] == ""

    def touched_since(self, draft, moment):
        return draft.product.date_updated > moment

    def drafts_of(self, queryset):
        for product in self.iter_queryset(queryset.prefetch_related(None).prefetch_related(FILED)):
            yield self._goods(product)


def _rewritten(draft):
    product = copy(draft.product)
    vars(product).update(draft.plain)
    return product


def _told(goods):
    return {**goods.plain, "categories": goods.categories}


def _faults_of_new(draft):
    faults = {}
    if not draft.name.strip():
        faults["name"] = _("It is missing.")
    if not SAFE_SKU.regex.match(draft.sku):
        faults["sku"] = SAFE_SKU.message
    return faults
