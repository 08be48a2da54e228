"""The sheet of promo codes: what each gives, for what, when and how often."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field

from shop.catalogue.models import Product
from shop.imports.models import Kind
from shop.imports.sheets.base import Draft, Sheet, Stale
from shop.imports.sheets.shelves import Shelves
from shop.imports.sheets.widgets import (
    ChoiceWidget,
    ListWidget,
    MomentWidget,
    MoneyWidget,
    NumberWidget,
    TextWidget,
    YesNoWidget,
)
from shop.locations.models import Location
from shop.voucher import making
from shop.voucher.models import Voucher
from shop.voucher.terms import Kind as Gift
from shop.voucher.terms import Terms

OWN = [
    "code",
    "name",
    "currency",
    "start_datetime",
    "end_datetime",
    "max_uses",
    "max_uses_per_user",
    "max_uses_per_contact",
]
TERMS = ["kind", "value", "min_total", "combinable", "locations", "categories", "products"]
USES = NumberWidget(least=Decimal(1), most=Decimal(2**31 - 1))


@dataclass(eq=False, repr=False)
class Code(Draft):
    """A promo code as its row tells it: things by their names."""

    voucher: Voucher | None = None
    code: str = ""
    name: str = ""
    kind: str = Gift.PERCENT
    value: Decimal | None = None
    currency: str = ""
    min_total: Decimal | None = None
    start_datetime: datetime | None = None
    end_datetime: datetime | None = None
    max_uses: int | None = None
    max_uses_per_user: int | None = None
    max_uses_per_contact: int | None = None
    combinable: bool = False
    locations: tuple = ()
    categories: tuple = ()
    products: tuple = ()

    @property
    def own(self):
        values = {name: getattr(self, name) for name in OWN}
        return values | {"currency": self.currency.strip().upper()}


class PromoCodesSheet(Sheet):
    code = Field("code", "Code", TextWidget(64, needed=True), readonly=True)
    name = Field("name", "Name", TextWidget(128, needed=True))
    gift = Field("kind", "Takes", ChoiceWidget(Gift), saves_null_values=False)
    value = Field("value", "How much", MoneyWidget(), saves_null_values=False)
    currency = Field("currency", "Currency", TextWidget(3))
    min_total = Field("min_total", "From a total of", MoneyWidget())
    starts = Field("start_datetime", "Valid from (UTC)", MomentWidget())
    ends = Field("end_datetime", "Valid until (UTC)", MomentWidget())
    uses = Field("max_uses", "Uses in total", USES)
    per_user = Field("max_uses_per_user", "Uses by one shopper", USES)
    per_contact = Field("max_uses_per_contact", "Uses with one email address", USES)
    combinable = Field("combinable", "With other codes", YesNoWidget(), saves_null_values=False)
    places = Field("locations", "Locations", ListWidget())
    shelves = Field("categories", "Categories", ListWidget())
    goods = Field("products", "Products", ListWidget())
    kind = Kind.PROMO_CODES
    keys = ("Code",)
    permission = "voucher.add_voucher"

    def __init__(self, user, location=None, **kwargs):
        super().__init__(user, location, **kwargs)
        self.known_places = {place.code: place for place in Location.objects.all()}
        self.currencies = {place.currency for place in self.known_places.values()}
        self.known_shelves = Shelves()

    def load(self, rows):
        codes = {row["Code"].strip().upper() for row in rows}
        names = {row.get("Name", "").strip() for row in rows}
        vouchers = Voucher.objects.filter(code__in=codes).prefetch_related(*making.TERMS)
        self.vouchers = {voucher.code: voucher for voucher in vouchers}
        named = Voucher.objects.filter(name__in=names).values_list("name", "code")
        self.named = dict(named)
        skus = {sku.strip() for row in rows for sku in row.get("Products", "").split("|")}
        self.known_goods = {p.upc: p for p in Product.objects.filter(upc__in=skus - {""})}

    def find(self, row):
        voucher = self.vouchers.get(row["Code"].strip().upper())
        if voucher is None:
            return None
        self.may("voucher.change_voucher", "code")
        if voucher.voucher_set_id:
            self.refuse("code", _("It belongs to a set, whose codes are alike."))
        draft = self._draft(voucher)
        if draft is None:
            self.refuse("code", _("Its offer was made elsewhere."))
        return draft

    def begin(self, row):
        self.may("voucher.add_voucher", "code")
        return Code(code=row["Code"].strip().upper())

    def _draft(self, voucher):
        terms = making.terms_of(voucher)
        if terms is None:
            return None
        draft = Code(voucher, **{name: getattr(voucher, name) for name in OWN})
        for name in TERMS[:4]:
            setattr(draft, name, getattr(terms, name))
        draft.locations = tuple(place.code for place in terms.locations)
        draft.categories = tuple(self.known_shelves.by_pk[shelf.pk] for shelf in terms.categories)
        draft.products = tuple(product.upc for product in terms.products)
        return draft

    def faults_of(self, draft):
        faults = self._faults_of_names(draft)
        if draft.value is None:
            faults["value"] = _("It is missing.")
        currency = draft.own["currency"]
        if currency and currency not in self.currencies:
            faults["currency"] = _("No location sells in this currency.")
        elif not currency and draft.kind == Gift.FIXED:
            faults["currency"] = _("Say what currency the amount is in.")
        return faults or _faults_in(self._checked, draft)

    def _faults_of_names(self, draft):
        faults = {}
        if self.named.get(draft.name.strip(), draft.code) != draft.code:
            faults["name"] = _("Another promo code has this name.")
        for attribute, known in (
            ("locations", self.known_places),
            ("categories", self.known_shelves.by_path),
            ("products", self.known_goods_of(draft)),
        ):
            unknown = [name for name in getattr(draft, attribute) if name not in known]
            if unknown:
                faults[attribute] = _("There is no %(name)s.") % {"name": unknown[0]}
        return faults

    def known_goods_of(self, draft):
        if draft.voucher is None:
            return self.known_goods
        own = making.terms_of(draft.voucher).products
        return self.known_goods | {product.upc: product for product in own}

    def _checked(self, draft):
        used = draft.voucher.num_orders if draft.voucher else 0
        if draft.max_uses is not None and draft.max_uses < used:
            raise ValidationError({"max_uses": _("It has been used %(n)d times.") % {"n": used}})
        Voucher(**draft.own).full_clean(validate_unique=False, validate_constraints=False)
        self._terms(draft).check(draft.own["currency"])

    def _terms(self, draft):
        goods = self.known_goods_of(draft)
        return Terms(
            Gift(draft.kind),
            draft.value,
            draft.min_total,
            categories=tuple(self.known_shelves.category(path) for path in draft.categories),
            products=tuple(goods[sku] for sku in draft.products),
            locations=tuple(self.known_places[code] for code in draft.locations),
            combinable=draft.combinable,
        )

    def write(self, planned, *, actor, cause, reason):
        old = {plan.draft.voucher.pk: plan for plan in planned if plan.draft.voucher}
        now = Voucher.objects.filter(pk__in=old).order_by("pk").select_for_update(no_key=True)
        for voucher in now:
            seen = old[voucher.pk].before.own
            if any(getattr(voucher, name) != seen[name] for name in OWN):
                raise Stale
        drafts = [plan.draft for plan in planned]
        making.write_many([(self._voucher(draft), self._terms(draft)) for draft in drafts])

    def _voucher(self, draft):
        voucher = draft.voucher or Voucher()
        for name, value in draft.own.items():
            setattr(voucher, name, value)
        return voucher

    def take_back(self, drafts):
        """Delete codes that no order has used; the others end today."""
        ids = [draft.voucher.pk for draft in drafts]
        unused = Voucher.objects.filter(pk__in=ids, applications=None, num_orders=0)
        gone = set(unused.values_list("pk", flat=True))
        making.unmake(gone)
        stays = _("Orders have used it: end it by hand.")
        return {draft: stays for draft in drafts if draft.voucher.pk not in gone}

    def drafts_of(self, queryset):
        rows = queryset.filter(voucher_set=None).prefetch_related(None)
        for voucher in self.iter_queryset(rows.prefetch_related(*making.TERMS)):
            if draft := self._draft(voucher):
                yield draft


def _faults_in(check, draft):
    try:
        check(draft)
    except ValidationError as faults:
        return {attribute: " ".join(said) for attribute, said in faults.message_dict.items()}
    return {}
