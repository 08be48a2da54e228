"""From a cart to an order: all of it, or the cart stays as it was."""

from django.db.models import prefetch_related_objects
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples_of_orders as examples
from shop.api.cart import parsed
from shop.api.locations import by_reference
from shop.api.once import WITH_KEY, once
from shop.api.order_body import TOLD, OrderSerializer
from shop.api.schema import operation
from shop.basket import contents, discounts
from shop.basket.identity import basket_of
from shop.checkout.fulfilment import PICKUP, Delivery
from shop.checkout.place_order import BasketEmpty, ContactDetails, place_order
from shop.client_address import client_address
from shop.contacts.address import Address
from shop.order.models import Fulfilment
from shop.payment.gateways import PaymentRefused, UnknownMethod
from shop.payment.starting import PaymentChoice, check_choice
from shop.shipping.rates import quote


class AddressSerializer(serializers.Serializer):
    line1 = serializers.CharField(max_length=120)
    line2 = serializers.CharField(max_length=120, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80)
    postcode = serializers.CharField(max_length=16, required=False, allow_blank=True)
    country = serializers.CharField(min_length=2, max_length=2)

    def validate_country(self, country):
        return country.upper()


class ContactSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    email = serializers.EmailField(required=False)


class FulfilmentSerializer(serializers.Serializer):
    method = serializers.ChoiceField(Fulfilment.choices, default=Fulfilment.PICKUP)
    address = AddressSerializer(required=False)

    def validate(self, attrs):
        if attrs["method"] == Fulfilment.DELIVERY and "address" not in attrs:
            raise serializers.ValidationError({"address": ["Tell us where to send it."]})
        return attrs


class PaymentChoiceSerializer(serializers.Serializer):
    method = serializers.CharField(max_length=16)
    token = serializers.CharField(max_length=64)

    def validate(self, attrs):
        try:
            check_choice(PaymentChoice(attrs["method"], attrs["token"]))
        except UnknownMethod as refusal:
            raise serializers.ValidationError({"method": [str(refusal)]}) from None
        except PaymentRefused as refusal:
            raise serializers.ValidationError({"token": [str(refusal)]}) from None
        return attrs


class CheckoutSerializer(serializers.Serializer):
    location = serializers.CharField(required=False)
    contact = ContactSerializer()
    fulfilment = FulfilmentSerializer(required=False)
    payment = PaymentChoiceSerializer()
    promo_code = serializers.CharField(required=False)


REFUSALS = (
    "cart_empty",
    "out_of_stock",
    "not_at_location",
    "promo_invalid",
    "promo_used_up",
    "duplicate",
    "not_found",
    "idempotency_mismatch",
)


class Checkout(APIView):
    @operation(
        *REFUSALS,
        request=CheckoutSerializer,
        sends=examples.CHECKOUT,
        answers={201: OrderSerializer},
        gives=examples.ORDER,
        **WITH_KEY,
    )
    def post(self, request):
        """Makes the cart an order, sets its goods aside and begins its payment."""
        wanted = parsed(CheckoutSerializer, request)
        return once(self, lambda note: _order(request, wanted, note))


def _order(request, wanted, note):
    basket = _basket(request, wanted)
    answers = {}

    def note_order(order):
        answers[order.pk] = _answer(order)
        note(answers[order.pk])

    order = place_order(
        basket,
        _contact(wanted, request.user),
        PaymentChoice(**wanted["payment"]),
        user=request.user,
        fulfilment=_fulfilment(wanted, basket),
        note=note_order,
    )
    # Another request may have made it meanwhile.
    return answers.get(order.pk) or _answer(order)


def _answer(order):
    prefetch_related_objects([order], *TOLD)
    return Response(OrderSerializer(order).data, status.HTTP_201_CREATED)


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
    if not contact["email"]:
        raise serializers.ValidationError({"contact": {"email": ["An email address is needed."]}})
    address = wanted.get("fulfilment", {}).get("address")
    return ContactDetails(**contact, address=address and Address(**address))


def _fulfilment(wanted, basket):
    """Sent in the cheapest way, where it is to be sent."""
    fulfilment = wanted.get("fulfilment", {})
    if fulfilment.get("method") != Fulfilment.DELIVERY:
        return PICKUP
    return Delivery(quote(basket, fulfilment["address"]["country"])[0].code)
