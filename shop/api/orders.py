"""From a cart to an order, and one's own orders. An order is never edited: it has no PUT."""

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api.cart import DiscountSerializer, parsed
from shop.api.locations import by_reference
from shop.api.pagination import Pages
from shop.basket import contents, discounts
from shop.basket.identity import basket_of
from shop.checkout.fulfilment import PICKUP, Delivery
from shop.checkout.place_order import BasketEmpty, ContactDetails, place_order
from shop.client_address import client_address
from shop.codes import grouped
from shop.contacts.address import Address
from shop.order.models import Fulfilment, Order, Status
from shop.payment.models import Payment
from shop.payment.starting import PaymentChoice
from shop.payment.telling import telling_payment
from shop.pickup.codes import short_of, valid_code
from shop.shipping.rates import quote

# What the API tells of an order beside itself.
TOLD = ("lines", "discounts", "payments", "status_changes")


class AddressSerializer(serializers.Serializer):
    line1 = serializers.CharField(max_length=120)
    line2 = serializers.CharField(max_length=120, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80)
    postcode = serializers.CharField(max_length=16, required=False, allow_blank=True)
    country = serializers.CharField(min_length=2, max_length=2)


class ContactSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    email = serializers.EmailField(required=False)


class FulfilmentSerializer(serializers.Serializer):
    method = serializers.ChoiceField(Fulfilment.values, default=Fulfilment.PICKUP)
    address = AddressSerializer(required=False)

    def validate(self, attrs):
        if attrs["method"] == Fulfilment.DELIVERY and "address" not in attrs:
            raise serializers.ValidationError({"address": ["Tell us where to send it."]})
        return attrs


class PaymentChoiceSerializer(serializers.Serializer):
    method = serializers.CharField(max_length=16)
    token = serializers.CharField(max_length=64)


class CheckoutSerializer(serializers.Serializer):
    location = serializers.CharField(required=False)
    contact = ContactSerializer()
    fulfilment = FulfilmentSerializer(required=False)
    payment = PaymentChoiceSerializer()
    promo_code = serializers.CharField(required=False)


class LineSerializer(serializers.Serializer):
    sku = serializers.CharField(source="upc")
    name = serializers.CharField(source="title")
    quantity = serializers.FloatField(source="quantity_in_unit")
    unit = serializers.CharField()
    unit_price = serializers.DecimalField(12, 2, source="unit_price_incl_tax")
    line_total = serializers.DecimalField(12, 2, source="line_price_before_discounts_incl_tax")


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

    def get_code(self, code) -> str:
        return grouped(short_of(code))

    def get_qr_url(self, code) -> str:
        return settings.SITE_URL + reverse("order_qr", args=[code.order.number])


class StepSerializer(serializers.Serializer):
    status = serializers.CharField(source="new_status")
    at = serializers.DateTimeField(source="date_created")
    reason = serializers.CharField()


class OrderSerializer(serializers.Serializer):
    number = serializers.CharField()
    status = serializers.CharField()
    created_at = serializers.DateTimeField(source="date_placed")
    location = serializers.SlugField(source="location.code")
    fulfilment = serializers.CharField()
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

    def get_discounts(self, order) -> list[dict]:
        given = [
            {"code": d.voucher_code, "name": d.offer_name, "amount": d.amount}
            for d in order.discounts.all()
        ]
        return DiscountSerializer(given, many=True).data

    def get_tax_total(self, order) -> str:
        return str(order.total_incl_tax - order.total_excl_tax)

    def get_payment(self, order) -> dict | None:
        payment = telling_payment(order)
        return payment and PaymentSerializer(payment).data

    def get_pickup(self, order) -> dict | None:
        code = valid_code(order)
        return code and PickupSerializer(code).data

    def get_tracking(self, order) -> dict | None:
        if not order.tracking_number and not order.carrier:
            return None
        return {"carrier": order.carrier, "number": order.tracking_number}

    def get_invoice_url(self, order) -> str | None:
        # Of an order that was never paid nobody has to ask whether it has one.
        if order.status == Status.PENDING or not hasattr(order, "invoice"):
            return None
        return settings.SITE_URL + reverse("order_invoice", args=[order.number])


class Checkout(APIView):
    """Makes the cart an order, sets its goods aside and begins its payment."""

    @extend_schema(request=CheckoutSerializer, responses={201: OrderSerializer})
    def post(self, request):
        wanted = parsed(CheckoutSerializer, request)
        basket = _basket(request, wanted)
        order = place_order(
            basket,
            _contact(wanted, request.user),
            PaymentChoice(**wanted["payment"]),
            user=request.user,
            fulfilment=_fulfilment(wanted, basket),
        )
        prefetch_related_objects([order], *TOLD)
        return Response(OrderSerializer(order).data, status.HTTP_201_CREATED)


class Orders(Checkout, ListAPIView):
    """One's own, newest first."""

    serializer_class = OrderSerializer
    pagination_class = Pages
    filter_backends = []

    def get_queryset(self):
        return told_orders(self.request.user).order_by("-date_placed", "-pk")


class OrderDetail(RetrieveAPIView):
    serializer_class = OrderSerializer
    lookup_field = "number"

    def get_queryset(self):
        return told_orders(self.request.user)


def told_orders(user):
    """Somebody's own orders, with all that the API tells of them."""
    orders = Order.objects.of_shopper(user).select_related("location", "invoice")
    return orders.prefetch_related(*TOLD, "pickup_codes")


def _basket(request, wanted):
    """The user's basket where and with what the order is wanted."""
    basket = basket_of(request.user)
    if basket.pk is None:
        raise BasketEmpty
    if "location" in wanted:
        location = by_reference(wanted["location"])
        if location.pk != basket.location_id:
            contents.move_all_to(basket, location)
    if "promo_code" in wanted:
        discounts.add_code(basket, wanted["promo_code"], address=client_address(request))
    return basket


def _contact(wanted, user):
    contact = {"email": user.email, **wanted["contact"]}
    address = wanted.get("fulfilment", {}).get("address")
    return ContactDetails(**contact, address=address and Address(**address))


def _fulfilment(wanted, basket):
    """Sent in the cheapest way, where it is to be sent."""
    fulfilment = wanted.get("fulfilment", {})
    if fulfilment.get("method") != Fulfilment.DELIVERY:
        return PICKUP
    return Delivery(quote(basket, fulfilment["address"]["country"])[0].code)
