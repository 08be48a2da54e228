"""The catalogue: public to read."""

from django.conf import settings
from django.db.models import F, Min, OuterRef, Prefetch, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from shop.api.pagination import Pages
from shop.catalogue.models import Category, Product
from shop.partner.models import StockRecord

FREE = F("num_in_stock") - F("num_allocated")
ORDERINGS = {
    "name": ("title", "pk"),
    "-name": ("-title", "-pk"),
    "price": (F("price").asc(nulls_last=True), "pk"),
    "-price": (F("price").desc(nulls_last=True), "-pk"),
    "newest": ("-date_created", "-pk"),
    "rating": (F("rating").desc(nulls_last=True), "pk"),
}


class ProductSerializer(serializers.ModelSerializer):
    sku = serializers.CharField(source="upc")
    name = serializers.CharField(source="title")
    category = serializers.SerializerMethodField()
    price = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    currency = serializers.CharField(allow_null=True)
    step = serializers.FloatField()
    image_url = serializers.SerializerMethodField()
    is_available = serializers.SerializerMethodField()
    stock_quantity = serializers.SerializerMethodField()
    review_count = serializers.IntegerField(default=0)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = [
            "sku",
            "name",
            "slug",
            "description",
            "category",
            "price",
            "currency",
            "unit",
            "step",
            "image_url",
            "is_available",
            "stock_quantity",
            "rating",
            "review_count",
            "url",
        ]

    def get_category(self, product) -> str | None:
        return next((category.slug for category in product.categories.all()), None)

    def get_image_url(self, product) -> str | None:
        return settings.SITE_URL + product.image.file.url if product.image else None

    def get_is_available(self, product) -> bool:
        return product.free > 0

    def get_stock_quantity(self, product) -> float:
        return float(product.quantity(product.free))

    def get_url(self, product) -> str:
        return settings.SITE_URL + product.get_absolute_url()


class OfferSerializer(serializers.ModelSerializer):
    """A product at one location."""

    id = serializers.IntegerField(source="partner_id")
    slug = serializers.CharField(source="partner.code")
    name = serializers.CharField(source="partner.name")
    country = serializers.CharField(source="partner.location.country")
    currency = serializers.CharField(source="price_currency")
    stock_quantity = serializers.SerializerMethodField()

    class Meta:
        model = StockRecord
        fields = ["id", "slug", "name", "country", "price", "currency", "stock_quantity"]

    def get_stock_quantity(self, record) -> float:
        return float(record.product.quantity(record.net_stock_level))


class ProductDetailSerializer(ProductSerializer):
    images = serializers.SerializerMethodField()
    locations = OfferSerializer(source="stockrecords", many=True)

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "images", "locations"]

    def get_images(self, product) -> list[str]:
        url = self.get_image_url(product)
        return [url] if url else []


class CategorySerializer(serializers.ModelSerializer):
    parent = serializers.SerializerMethodField()

    class Meta:
        model = Category
        fields = ["slug", "name", "parent"]

    def get_parent(self, category) -> str | None:
        parent_path = category.path[: -Category.steplen]
        return self.context["slugs"].get(parent_path)


class ProductFilter(filters.FilterSet):
    category = filters.CharFilter(method="in_category")
    min_price = filters.NumberFilter(field_name="price", lookup_expr="gte", min_value=0)
    max_price = filters.NumberFilter(field_name="price", lookup_expr="lte", min_value=0)
    in_stock = filters.BooleanFilter(method="with_stock")
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in ORDERINGS], method="in_order", empty_label=None
    )

    class Meta:
        model = Product
        fields = []

    def in_category(self, products, _name, slug):
        category = Category.objects.filter(slug=slug).first()
        if category is None:
            return products.none()
        branch = category.get_descendants_and_self()
        return products.filter(categories__in=branch).distinct()

    def with_stock(self, products, _name, wanted):
        return products.filter(free__gt=0) if wanted else products.filter(free__lte=0)

    def in_order(self, products, _name, ordering):
        return products.order_by(*ORDERINGS[ordering])


def priced():
    """What locations that are open to shoppers ask for."""
    return StockRecord.objects.filter(price__isnull=False, partner__location__is_active=True)


def offered(records=None):
    """Products on sale with `price`, `currency` and `free` steps, as `records` have them.

    Without records they speak of the shop's main currency; a product sold in
    none of those locations shows what its first location asks.
    """
    if records is None:
        records = priced().filter(price_currency=settings.OSCAR_DEFAULT_CURRENCY)
    mine = records.filter(product=OuterRef("pk")).order_by()
    first = priced().filter(product=OuterRef("pk")).order_by("partner_id")

    def of_mine(expression):
        return Subquery(mine.values("product").annotate(it=expression).values("it"))

    price = Coalesce(of_mine(Min("price")), Subquery(first.values("price")[:1]))
    currency = Coalesce(
        of_mine(Min("price_currency")), Subquery(first.values("price_currency")[:1])
    )
    free = Coalesce(of_mine(Sum(Greatest(FREE, Value(0)))), Value(0))
    return (
        Product.objects.on_sale()
        .filter(structure=Product.STANDALONE)
        .annotate(price=price, currency=currency, free=free)
        .select_related("image")
        .prefetch_related(Prefetch("categories", Category.objects.order_by("path")))
        .order_by("title", "pk")
    )


class ProductList(ListAPIView):
    """Products on sale, with the lowest price and the stock of the locations asked about."""

    permission_classes = [AllowAny]
    serializer_class = ProductSerializer
    pagination_class = Pages
    filterset_class = ProductFilter
    queryset = Product.objects.none()

    def get_queryset(self):
        return offered()


class ProductDetail(RetrieveAPIView):
    permission_classes = [AllowAny]
    serializer_class = ProductDetailSerializer
    lookup_field, lookup_url_kwarg = "upc", "sku"
    queryset = Product.objects.none()

    def get_queryset(self):
        records = priced().select_related("partner__location", "product")
        return offered().prefetch_related(Prefetch("stockrecords", records.order_by("partner_id")))


class CategoryList(ListAPIView):
    """The tree of categories, flat."""

    permission_classes = [AllowAny]
    serializer_class = CategorySerializer
    pagination_class = Pages
    filter_backends = []
    queryset = Category.objects.filter(is_public=True).order_by("path")

    def get_serializer_context(self):
        slugs = dict(Category.objects.values_list("path", "slug"))
        return super().get_serializer_context() | {"slugs": slugs}
