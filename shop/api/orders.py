"""One's own orders. An order is never edited: it has no PUT, and is cancelled but never deleted."""

from rest_framework import serializers
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.response import Response

from shop.api import examples_of_orders as examples
from shop.api.cart import parsed
from shop.api.checkout import Checkout
from shop.api.order_body import OrderSerializer, read_anew, told
from shop.api.pagination import Pages
from shop.api.schema import operation
from shop.order.models import Order
from shop.payment.cancellation import cancel_own_order


class Own:
    """The orders of whoever asks; everybody else's are not there."""

    queryset = Order.objects.none()
    serializer_class = OrderSerializer
    lookup_field = "number"

    def get_queryset(self):
        return told(Order.objects.of_shopper(self.request.user))


class Orders(Own, Checkout, ListAPIView):
    pagination_class = Pages
    filter_backends = []

    @operation(answers={200: OrderSerializer(many=True)}, gives=examples.ORDER)
    def get(self, request):
        """One's own orders, newest first."""
        return super().get(request)


class OrderDetail(Own, RetrieveAPIView):
    @operation(answers={200: OrderSerializer}, gives=examples.PAID)
    def get(self, request, number):
        """An order of one's own."""
        return super().get(request)


class CancelSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class OrderCancel(Own, GenericAPIView):
    @operation(
        "invalid_transition",
        request=CancelSerializer,
        sends=examples.CANCEL,
        answers={200: OrderSerializer},
        gives=examples.CANCELLED,
    )
    def post(self, request, number):
        """Calls an order off while nobody has made it ready: its goods and its money go back."""
        reason = parsed(CancelSerializer, request)["reason"]
        order = get_object_or_404(Order.objects.of_shopper(request.user), number=number)
        cancel_own_order(order, reason=reason)
        return Response(OrderSerializer(read_anew(order)).data)
