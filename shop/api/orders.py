"""One's own orders. An order is never edited: it has no PUT, and is cancelled but never deleted."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.response import Response

from shop.api.cart import parsed
from shop.api.checkout import Checkout
from shop.api.order_body import OrderSerializer, read_anew, told
from shop.api.pagination import Pages
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
    """One's own, newest first."""

    pagination_class = Pages
    filter_backends = []


class OrderDetail(Own, RetrieveAPIView):
    """An order of one's own."""


class CancelSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class OrderCancel(Own, GenericAPIView):
    """Calls an order off while nobody has made it ready: its goods and its money go back."""

    @extend_schema(request=CancelSerializer, responses=OrderSerializer)
    def post(self, request, number):
        reason = parsed(CancelSerializer, request)["reason"]
        order = get_object_or_404(Order.objects.of_shopper(request.user), number=number)
        cancel_own_order(order, reason=reason)
        return Response(OrderSerializer(read_anew(order)).data)
