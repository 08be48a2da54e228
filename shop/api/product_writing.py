"""What is said about a product by who sells it."""

from decimal import Decimal

from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from rest_framework import serializers

from shop.api.locations import by_reference
from shop.catalogue.models import Category
from shop.catalogue.skus import SAFE_SKU
from shop.catalogue.units import Unit
from shop.inventory.posting import Posting

# The contract's names of the product's own fields.
OWN = {
    "name": "title",
    "description": "description",
    "unit": "unit",
    "step": "step",
    "image_url": "image_url",
}
ON_THE_WEB = URLValidator(schemes=["http", "https"])


class PostingSerializer(serializers.Serializer):
    sku = serializers.CharField(max_length=64, validators=[SAFE_SKU])
    name = serializers.CharField(max_length=255)
    price = serializers.DecimalField(12, 2, min_value=0)
    category = serializers.CharField(help_text="A category's slug.")
    description = serializers.CharField(required=False, allow_blank=True, max_length=50_000)
    unit = serializers.ChoiceField(Unit.choices, required=False)
    step = serializers.DecimalField(7, 3, min_value=Decimal("0.001"), required=False)
    image_url = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        validators=[ON_THE_WEB],
        help_text="Kept as an address; the shop never fetches it.",
    )
    image = serializers.FileField(required=False, help_text="In a multipart form.")
    location = serializers.CharField(required=False, help_text="Its id, slug or name.")
    stock_quantity = serializers.DecimalField(13, 3, min_value=0, required=False)

    def validate_sku(self, sku):
        product = self.context.get("product")
        if product is not None and sku != product.upc:
            raise serializers.ValidationError(_("A product's SKU never changes."))
        return sku

    def validate_category(self, slug):
        category = Category.objects.filter(slug=slug).first()
        if category is None:
            raise serializers.ValidationError(_("There is no such category."))
        return category


def posting_of(said):
    location = said.get("location")
    return Posting(
        values={theirs: said[ours] for ours, theirs in OWN.items() if ours in said},
        category=said.get("category"),
        picture=said.get("image"),
        price=said.get("price"),
        location=by_reference(location) if location else None,
        stock_quantity=said.get("stock_quantity"),
    )
