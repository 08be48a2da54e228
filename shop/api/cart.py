"""The cart: what somebody is about to order. Every call answers the whole of it."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples_of_orders as examples
from shop.api.body import parsed
from shop.api.fields import QuantityField
from shop.api.locations import by_reference
from shop.api.schema import operation
from shop.basket import contents, discounts
from shop.basket.identity import basket_of
from shop.basket.models import Line
from shop.catalogue.models import Product
from shop.checkout.place_order import BasketEmpty
from shop.client_address import client_address


class ItemSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    sku = serializers.CharField(source="product.upc")
    name = serializers.CharField(source="product.title")
    quantity = QuantityField(source="quantity_in_unit")
    unit = serializers.CharField(source="product.unit")
    unit_price = serializers.DecimalField(12, 2, source="stockrecord.price", allow_null=True)
    line_total = serializers.DecimalField(12, 2, source="line_price_incl_tax", allow_null=True)
    is_available = serializers.SerializerMethodField()
    reason = serializers.CharField(source="refusal")

    def get_is_available(self, line) -> bool:
        return not line.refusal


class DiscountSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    amount = serializers.DecimalField(12, 2)


class CartSerializer(serializers.Serializer):
    id = serializers.IntegerField(allow_null=True)
    location = serializers.SlugField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    items = ItemSerializer(many=True)
    subtotal = serializers.DecimalField(12, 2)
    discounts = DiscountSerializer(many=True)
    discount_total = serializers.DecimalField(12, 2)
    total = serializers.DecimalField(12, 2)
    item_count = serializers.IntegerField()


class WishSerializer(serializers.Serializer):
    sku = serializers.CharField()
    quantity = serializers.DecimalField(12, 3, required=False)


class QuantitySerializer(serializers.Serializer):
    quantity = serializers.DecimalField(12, 3, min_value=0)


class PlaceSerializer(serializers.Serializer):
    location = serializers.CharField()


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField()


def answer(basket, status=status.HTTP_200_OK):
    return Response(CartSerializer(_cart(basket)).data, status)


def _cart(basket):
    """A basket as the API tells it, priced now."""
    basket.reset_offer_applications()
    discounts.apply_discounts(basket)
    lines = list(basket.all_lines())
    priced = [line for line in lines if line.line_price_incl_tax is not None]
    subtotal = sum(line.line_price_incl_tax for line in priced)
    total = sum(line.line_price_incl_tax_incl_discounts for line in priced)
    location = basket.location
    return {
        "id": basket.pk,
        "location": location and location.code,
        "currency": location and location.currency,
        "items": lines,
        "subtotal": subtotal,
        "discounts": [_discount(given) for given in basket.offer_applications.voucher_discounts],
        "discount_total": subtotal - total,
        "total": total,
        "item_count": len(lines),
    }


def _discount(given):
    return {"code": given["voucher"].code, "name": given["name"], "amount": given["discount"]}


class Cart(APIView):
    @operation(answers={200: CartSerializer}, gives=examples.CART)
    def get(self, request):
        """The cart."""
        return answer(basket_of(request.user))

    @operation(
        "out_of_stock",
        "not_at_location",
        "duplicate",
        "not_found",
        request=WishSerializer,
        sends=examples.WISHED,
        answers={201: CartSerializer},
        gives=examples.CART,
    )
    def post(self, request):
        """Puts a product into the cart, on top of what is there of it."""
        wish = parsed(WishSerializer, request)
        product = get_object_or_404(Product.objects.on_sale(), upc=wish["sku"])
        basket = basket_of(request.user)
        if basket.location is None:
            contents.begin_where_sold(basket, product)
        contents.add(basket, product, product.steps(wish.get("quantity", product.step)))
        return answer(basket, status.HTTP_201_CREATED)

    @operation(answers={200: CartSerializer}, gives=examples.CART, operation_id="cart_empty")
    def delete(self, request):
        """Takes everything out, promo codes as well."""
        basket = basket_of(request.user)
        contents.empty(basket)
        return answer(basket)


class CartItem(APIView):
    @operation(
        "out_of_stock",
        "duplicate",
        request=QuantitySerializer,
        sends=examples.QUANTITY,
        answers={200: CartSerializer},
        gives=examples.CART,
    )
    def put(self, request, pk):
        """Makes an item this much; none of it takes it out."""
        basket, line = _line(request.user, pk)
        quantity = parsed(QuantitySerializer, request)["quantity"]
        contents.set_steps(basket, line, line.product.steps(quantity) if quantity else 0)
        return answer(basket)

    @operation("duplicate", answers={200: CartSerializer}, gives=examples.CART)
    def delete(self, request, pk):
        """Takes an item out."""
        basket, line = _line(request.user, pk)
        contents.set_steps(basket, line, 0)
        return answer(basket)


class CartLocation(APIView):
    @operation(
        "not_at_location",
        "duplicate",
        "not_found",
        request=PlaceSerializer,
        sends=examples.PLACE,
        answers={200: CartSerializer},
        gives=examples.CART,
    )
    def put(self, request):
        """Moves the cart to another location, with its prices, or not at all."""
        location = by_reference(parsed(PlaceSerializer, request)["location"])
        basket = basket_of(request.user)
        contents.move_all_to(basket, location)
        return answer(basket)


class CartPromoCodes(APIView):
    guesses = "promo_code"

    @operation(
        "promo_invalid",
        "promo_used_up",
        "cart_empty",
        request=CodeSerializer,
        sends=examples.CODE,
        answers={200: CartSerializer},
        gives=examples.CART,
    )
    def post(self, request):
        """Puts a promo code on the cart."""
        basket = basket_of(request.user)
        typed = parsed(CodeSerializer, request)["code"]
        if basket.pk is None:
            raise BasketEmpty
        discounts.add_code(basket, typed, address=client_address(request))
        return answer(basket)


class CartPromoCode(APIView):
    @operation(answers={200: CartSerializer}, gives=examples.CART)
    def delete(self, request, code):
        """Takes a promo code off."""
        basket = basket_of(request.user)
        if basket.pk is None or not basket.vouchers.filter(code__iexact=code).exists():
            raise Http404
        discounts.remove_code(basket, code)
        return answer(basket)


def _line(user, pk):
    basket = basket_of(user)
    lines = Line.objects.select_related("product", "stockrecord__partner")
    return basket, get_object_or_404(lines, pk=pk, basket_id=basket.pk)
