"""An order and its payments, as the API tells them: to its owner, and less of it to the staff."""

from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from shop.api.cart import DiscountSerializer
from shop.api.fields import QuantityField
from shop.codes import grouped
from shop.order.models import Fulfilment, Order, Status
from shop.payment.models import Payment
from shop.payment.telling import telling_payment
from shop.pickup.codes import short_of, valid_code

# What the API tells of an order beside itself.
TOLD = ("lines", "discounts", "payments", "status_changes")


class LineSerializer(serializers.Serializer):
    sku = serializers.CharField(source="upc")
    name = serializers.CharField(source="title")
    quantity = QuantityField(source="quantity_in_unit")
    unit = serializers.CharField()
    unit_price = serializers.DecimalField(12, 2, source="unit_price_incl_tax")
    line_total = serializers.DecimalField(12, 2, source="line_price_before_discounts_incl_tax")


class MethodSerializer(serializers.Serializer):
    """As it was asked for, without the address: that is the contact's."""

    method = serializers.ChoiceField(Fulfilment.choices, source="fulfilment")


class PaymentSerializer(serializers.ModelSerializer):
    order = serializers.CharField(source="order.number")

    class Meta:
        model = Payment
        fields = [
            "id",
            "user",
            "order",
            "amount",
            "currency",
            "method",
            "status",
            "refunded",
            "failure_code",
        ]


class PickupSerializer(serializers.Serializer):
    code = serializers.SerializerMethodField()
    qr_url = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField()

    def get_code(self, code) -> str | None:
        return grouped(short_of(code))

    def get_qr_url(self, code) -> str | None:
        return _address("api-order-qr-svg", code.order.number)


class StaffPickupSerializer(PickupSerializer):
    """The right to collect an order is its shopper's: the staff are told until when alone."""

    def get_code(self, code) -> str | None:
        return None

    get_qr_url = get_code


class TrackingSerializer(serializers.Serializer):
    carrier = serializers.CharField(max_length=64, allow_blank=True, default="")
    number = serializers.CharField(max_length=64, allow_blank=True, default="")


class StepSerializer(serializers.Serializer):
    status = serializers.ChoiceField(Status.choices, source="new_status")
    at = serializers.DateTimeField(source="date_created")
    reason = serializers.CharField()


class OrderSerializer(serializers.Serializer):
    pickup_serializer = PickupSerializer

    number = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    created_at = serializers.DateTimeField(source="date_placed")
    location = serializers.SlugField(source="location.code")
    fulfilment = MethodSerializer(source="*")
    items = LineSerializer(source="lines.all", many=True)
    subtotal = serializers.DecimalField(12, 2)
    discounts = serializers.SerializerMethodField()
    discount_total = serializers.DecimalField(12, 2)
    shipping_total = serializers.DecimalField(12, 2, source="shipping_incl_tax")
    tax_total = serializers.SerializerMethodField()
    total = serializers.DecimalField(12, 2, source="total_incl_tax")
    currency = serializers.CharField()
    payment = serializers.SerializerMethodField()
    pickup = serializers.SerializerMethodField()
    tracking = serializers.SerializerMethodField()
    invoice_url = serializers.SerializerMethodField()
    history = StepSerializer(source="status_changes.all", many=True)

    def get_discounts(self, order) -> DiscountSerializer(many=True):
        given = [
            {"code": d.voucher_code, "name": d.offer_name, "amount": d.amount}
            for d in order.discounts.all()
        ]
        return DiscountSerializer(given, many=True).data

    def get_tax_total(self, order) -> Decimal:
        return f"{order.total_incl_tax - order.total_excl_tax:.2f}"

    def get_payment(self, order) -> PaymentSerializer(allow_null=True):
        payment = telling_payment(order)
        return payment and PaymentSerializer(payment).data

    def get_pickup(self, order) -> PickupSerializer(allow_null=True):
        code = valid_code(order)
        return code and self.pickup_serializer(code).data

    def get_tracking(self, order) -> TrackingSerializer(allow_null=True):
        if not order.tracking_number and not order.carrier:
            return None
        return {"carrier": order.carrier, "number": order.tracking_number}

    def get_invoice_url(self, order) -> str | None:
        # Of an order that was never paid nobody has to ask whether it has one.
        if order.status == Status.PENDING or not hasattr(order, "invoice"):
            return None
        return _address("api-order-invoice", order.number)


class StaffOrderSerializer(OrderSerializer):
    pickup_serializer = StaffPickupSerializer


def told(orders):
    """Orders with all that the API tells of them, the newest first."""
    told = orders.select_related("location", "invoice").prefetch_related(*TOLD, "pickup_codes")
    return told.order_by("-date_placed", "-pk")


def read_anew(order):
    """An order as it is after a step that it took."""
    return told(Order.objects.filter(pk=order.pk)).get()


def _address(name, *arguments):
    return settings.SITE_URL.rstrip("/") + reverse(name, args=arguments)
