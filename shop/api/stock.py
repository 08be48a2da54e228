"""A product's stock at a location, for who sells it there."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples
from shop.api.body import parsed
from shop.api.fields import plain_number
from shop.api.locations import by_reference
from shop.api.schema import operation
from shop.api.staff import StaffMay
from shop.catalogue.models import Product
from shop.catalogue.units import NotAStep, Unit
from shop.inventory.models import Movement, MovementKind
from shop.inventory.offers import UNCHANGED, Amendment, amend
from shop.inventory.quantities import MOST_STEPS
from shop.locations.models import Location
from shop.partner.models import StockRecord

LAST_MOVEMENTS = 10


class StepsField(serializers.FloatField):
    """Steps of the record's product, told in its unit."""

    def to_representation(self, steps):
        return self.root.told(steps)


class MovementSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(MovementKind.choices)
    in_stock_change = StepsField()
    reserved_change = StepsField()
    in_stock_after = StepsField()
    reserved_after = StepsField()
    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Movement
        fields = [
            "kind",
            "in_stock_change",
            "reserved_change",
            "in_stock_after",
            "reserved_after",
            "cause",
            "reason",
            "at",
        ]


class StockSerializer(serializers.ModelSerializer):
    sku = serializers.CharField(source="product.upc")
    location = serializers.CharField(source="partner.code")
    currency = serializers.CharField(source="price_currency")
    unit = serializers.ChoiceField(Unit.choices, source="product.unit")
    num_in_stock = StepsField()
    num_reserved = StepsField(source="num_allocated")
    num_available = StepsField(source="net_stock_level")
    low_stock_threshold = StepsField(allow_null=True)
    is_low = serializers.BooleanField(source="is_below_threshold")
    movements = serializers.SerializerMethodField()

    class Meta:
        model = StockRecord
        fields = [
            "sku",
            "location",
            "price",
            "currency",
            "unit",
            "num_in_stock",
            "num_reserved",
            "num_available",
            "low_stock_threshold",
            "is_low",
            "movements",
        ]

    def told(self, steps):
        return plain_number(self.instance.product.quantity(steps))

    def get_movements(self, record) -> MovementSerializer(many=True):
        last = Movement.objects.of(record)[:LAST_MOVEMENTS]
        return [self._movement(movement) for movement in last]

    def _movement(self, movement):
        serializer = MovementSerializer(movement)
        serializer.told = self.told
        return serializer.data


class ChangeSerializer(serializers.Serializer):
    """Stock moves by `delta`, or to `num_in_stock`; both in the product's unit."""

    delta = serializers.DecimalField(13, 3, required=False)
    num_in_stock = serializers.DecimalField(13, 3, min_value=0, required=False)
    reason = serializers.CharField(max_length=200, required=False)
    price = serializers.DecimalField(12, 2, min_value=0, required=False)
    low_stock_threshold = serializers.DecimalField(
        13, 3, min_value=0, required=False, allow_null=True, help_text="Null: it is never low."
    )

    def validate_delta(self, quantity):
        return self._steps(abs(quantity)) * (-1 if quantity < 0 else 1)

    def validate_num_in_stock(self, quantity):
        return self._steps(quantity)

    def validate_low_stock_threshold(self, quantity):
        return None if quantity is None else self._steps(quantity)

    def validate(self, attrs):
        moves = attrs.keys() & {"delta", "num_in_stock"}
        if len(moves) > 1:
            raise serializers.ValidationError({"delta": [_("Say this or `num_in_stock`.")]})
        if moves and not attrs.get("reason"):
            raise serializers.ValidationError({"reason": [_("Say why: the ledger keeps it.")]})
        return attrs

    def _steps(self, quantity):
        try:
            steps = self.context["product"].steps(quantity) if quantity else 0
        except NotAStep as refusal:
            raise serializers.ValidationError(str(refusal)) from None
        if steps > MOST_STEPS:
            raise serializers.ValidationError(_("This is more than the shop can count."))
        return steps


class Stock(APIView):
    permission_classes = [StaffMay]
    needs = {"GET": "partner.view_stockrecord", "PATCH": "partner.change_stockrecord"}

    @operation(answers={200: StockSerializer}, gives=examples.STOCK)
    def get(self, request, reference, sku):
        """How much lies there, how much of it is reserved, and what moved last."""
        return Response(StockSerializer(self._record(reference, sku)).data)

    @operation(
        "out_of_stock",
        request=ChangeSerializer,
        sends=examples.STOCK_CHANGE,
        answers={200: StockSerializer},
        gives=examples.STOCK,
    )
    def patch(self, request, reference, sku):
        """Books a change of stock with its reason, and sets the price and the threshold."""
        record = self._record(reference, sku)
        said = parsed(ChangeSerializer, request, context={"product": record.product})
        amend(record, _amendment(said), actor=request.user)
        return Response(StockSerializer(self._record(reference, sku)).data)

    def _record(self, reference, sku):
        user = self.request.user
        records = StockRecord.objects.select_related("product", "partner").filter(
            partner__in=Location.objects.visible_to(user).values("pk"),
            product__in=Product.objects.visible_to(user).values("pk"),
        )
        return get_object_or_404(records, partner=by_reference(reference).pk, product__upc=sku)


def _amendment(said):
    return Amendment(
        price=said.get("price"),
        threshold=said.get("low_stock_threshold", UNCHANGED),
        delta=said.get("delta"),
        in_stock=said.get("num_in_stock"),
        reason=said.get("reason", ""),
    )
