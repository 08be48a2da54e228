"""The pickup counter for programs: find what a code stands for, hand it over once."""

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples_of_orders as examples
from shop.api.cart import parsed
from shop.api.schema import operation
from shop.api.staff import StaffMay
from shop.audit.trail import record
from shop.catalogue.units import Unit
from shop.order.models import Status
from shop.pickup import counter
from shop.pickup.counter import AlreadyCollected

REFUSALS = (
    "already_collected",
    "wrong_location",
    "not_paid",
    "not_ready",
    "shipped",
    "completed",
    "cancelled",
    "refunded",
    "withdrawn",
    "expired",
)


class ScannedSerializer(serializers.Serializer):
    token = serializers.CharField(max_length=400, required=False, help_text="From the QR code.")
    code = serializers.CharField(max_length=64, required=False, help_text="As it was typed.")

    def validate(self, attrs):
        if len(attrs) != 1:
            raise serializers.ValidationError({"token": [_("Give the token or the typed code.")]})
        return attrs


class GoodsSerializer(serializers.Serializer):
    """What is left of a line to be handed over."""

    sku = serializers.CharField(source="upc")
    name = serializers.CharField(source="title")
    quantity = serializers.SerializerMethodField()
    unit = serializers.ChoiceField(Unit.choices)
    shelf = serializers.CharField(source="stockrecord.shelf")

    def get_quantity(self, line) -> float:
        return float(line.steps_left * line.step)


class StaffPickupSerializer(serializers.Serializer):
    number = serializers.CharField(source="order.number")
    status = serializers.ChoiceField(Status.choices, source="order.status")
    location = serializers.SlugField(source="location.code")
    created_at = serializers.DateTimeField(source="order.date_placed")
    items = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField()
    collected_at = serializers.DateTimeField(source="used_at", allow_null=True)

    def get_items(self, code) -> GoodsSerializer(many=True):
        lines = code.order.lines_left.select_related("stockrecord")
        return GoodsSerializer(lines.order_by("stockrecord__shelf", "pk"), many=True).data


class StaffPickups(APIView):
    permission_classes = [StaffMay]
    guesses = "pickup"
    needs = {"POST": "pickup.change_pickupcode"}

    @operation(
        *REFUSALS,
        "not_found",
        request=ScannedSerializer,
        sends=examples.SCANNED,
        answers={200: StaffPickupSerializer},
        gives=examples.PICKUP,
    )
    def post(self, request):
        """What to hand over for a code. Nothing changes."""
        [scanned] = parsed(ScannedSerializer, request).values()
        return _answer(counter.find(scanned, actor=request.user))


class StaffCollect(APIView):
    permission_classes = [StaffMay]
    guesses = "pickup"
    needs = {"POST": "pickup.change_pickupcode"}

    @operation(*REFUSALS, answers={200: StaffPickupSerializer}, gives=examples.COLLECTED)
    def post(self, request, code):
        """Hands over what a code stands for, once."""
        done = counter.hand_over(code, actor=request.user)
        if done.again:
            raise AlreadyCollected(done.pickup_code)
        order = done.pickup_code.order
        record(order, request.user, summary=_("handed over, by a program"))
        return _answer(done.pickup_code)


def _answer(pickup_code):
    return Response(StaffPickupSerializer(pickup_code).data)
