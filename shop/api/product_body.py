"""A product as the API tells it."""

from django.conf import settings
from rest_framework import serializers

from shop.api.fields import QuantityField, plain_number
from shop.catalogue.models import Product
from shop.catalogue.units import Unit
from shop.partner.models import StockRecord


def address_of(path):
    return settings.SITE_URL.rstrip("/") + path


class ProductSerializer(serializers.ModelSerializer):
    sku = serializers.CharField(source="upc")
    name = serializers.CharField(source="title")
    slug = serializers.CharField()
    category = serializers.SerializerMethodField()
    price = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    currency = serializers.CharField(allow_null=True)
    unit = serializers.ChoiceField(Unit.choices)
    step = QuantityField()
    image_url = serializers.SerializerMethodField()
    is_available = serializers.SerializerMethodField()
    stock_quantity = serializers.SerializerMethodField()
    rating = serializers.FloatField(allow_null=True)
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
        if product.image:
            return address_of(product.image.file.url)
        return product.image_url or None

    def get_is_available(self, product) -> bool:
        return product.free > 0

    def get_stock_quantity(self, product) -> float:
        return plain_number(product.quantity(product.free))

    def get_url(self, product) -> str:
        return address_of(product.get_absolute_url())


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
        return plain_number(record.product.quantity(record.net_stock_level))


class ProductDetailSerializer(ProductSerializer):
    images = serializers.SerializerMethodField()
    locations = OfferSerializer(source="stockrecords", many=True)

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "images", "locations"]

    def get_images(self, product) -> list[str]:
        url = self.get_image_url(product)
        return [url] if url else []
