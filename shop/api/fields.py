"""Fields that the contract has its own way of writing."""

from decimal import Decimal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field({"type": "number", "example": 0.75})
class QuantityField(serializers.DecimalField):
    """So much in a product's unit: `2` and never `2.0`, `0.75`."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_digits": 13, "decimal_places": 3} | kwargs)

    def to_representation(self, value):
        return plain_number(value)


def plain_number(value):
    """A number as JSON writes it, whole where it is whole."""
    value = Decimal(value)
    return int(value) if value == value.to_integral_value() else float(value)
