"""The promo codes on a basket, read with all that decides about them in one query."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now

from shop.basket.models import Basket
from shop.catalogue.models import Category, Product, ProductCategory
from shop.locations.models import Location
from shop.offer.models import RangeProduct
from shop.voucher.models import Voucher, VoucherApplication

OnBasket = Basket.vouchers.through
Offers = Voucher.offers.through
RANGE = "conditionaloffer__benefit__range_id"


class CodeOnBasket:
    """A promo code with its offer, and what the database says of it and the basket."""

    def __init__(self, row, basket):
        self.voucher, self.offer = row.voucher, row.conditionaloffer
        self.offer.set_voucher(self.voucher)
        self.read_at = row.read_at
        self.times_used = row.times_used
        self.location_names = row.location_names
        self.is_for_here = not row.location_ids or basket.location_id in row.location_ids
        self.is_for_everything = self.offer.benefit.range.includes_all_products
        products = {line.product_id for line in basket.all_lines()}
        self.offer.fitting = products if self.is_for_everything else frozenset(row.fitting)

    def __str__(self):
        return self.voucher.code


def codes_on(basket):
    """A basket's promo codes, in the order in which they were put on it."""
    on_basket = OnBasket.objects.filter(basket=basket.pk)
    added = Subquery(on_basket.filter(voucher=OuterRef("voucher")).values("pk"))
    rows = _read(on_basket.values("voucher"), basket).annotate(added=added)
    return [CodeOnBasket(row, basket) for row in rows.order_by(F("added"), "pk")]


def codes_for(vouchers, basket):
    """These promo codes as they would be on a basket, which they need not be on; by key."""
    rows = _read(vouchers, basket).order_by("pk")
    return {row.voucher_id: CodeOnBasket(row, basket) for row in rows}


def _read(vouchers, basket):
    return (
        Offers.objects.filter(voucher__in=vouchers)
        .select_related(
            "voucher", "conditionaloffer__benefit__range", "conditionaloffer__condition"
        )
        .annotate(
            read_at=Now(),
            times_used=_uses_of(basket.owner_id),
            location_ids=_locations("pk"),
            location_names=_locations("name"),
            fitting=ArraySubquery(_fitting(basket)),
        )
    )


def _uses_of(user_id):
    """How many uses an account holds; none for a guest, whom only the order tells."""
    held = VoucherApplication.objects.filter(
        voucher=OuterRef("voucher"), user=user_id or 0, given_back_at=None
    )
    counted = held.order_by().values("voucher").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _locations(field):
    locations = Location.objects.filter(offers=OuterRef("conditionaloffer"))
    return ArraySubquery(locations.order_by("name").values(field))


def _fitting(basket):
    """The basket's products in an offer's range: named by it, or below one of its categories."""
    product_ids = [line.product_id for line in basket.all_lines()]
    named = RangeProduct.objects.filter(range=OuterRef(OuterRef(RANGE)), product=OuterRef("pk"))
    filed = ProductCategory.objects.filter(
        product=OuterRef(OuterRef("pk")), category__path__startswith=OuterRef("path")
    )
    categories = Category.objects.filter(Exists(filed), includes=OuterRef(OuterRef(RANGE)))
    products = Product.objects.filter(Q(Exists(named)) | Q(Exists(categories)), pk__in=product_ids)
    return products.order_by().values("pk")
