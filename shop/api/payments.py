"""Paying for one's own orders. Nobody is asked for money here: a worker does that."""

from rest_framework import serializers, status
from rest_framework.generics import RetrieveAPIView, get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples_of_orders as examples
from shop.api.cart import parsed
from shop.api.checkout import PaymentChoiceSerializer
from shop.api.once import WITH_KEY, once
from shop.api.order_body import PaymentSerializer
from shop.api.schema import operation
from shop.order.models import Order
from shop.payment.models import Payment
from shop.payment.retrying import retry_payment
from shop.payment.starting import PaymentChoice


class PaySerializer(PaymentChoiceSerializer):
    order = serializers.CharField(max_length=128)


class Payments(APIView):
    @operation(
        "payment_failed",
        "already_paid",
        "invalid_transition",
        "not_found",
        "idempotency_mismatch",
        request=PaySerializer,
        sends=examples.PAY,
        answers={201: PaymentSerializer},
        gives=examples.PAYMENT,
        **WITH_KEY,
    )
    def post(self, request):
        """Tries once more to pay an order that is pending."""
        wanted = parsed(PaySerializer, request)
        choice = PaymentChoice(wanted["method"], wanted["token"])
        own = Order.objects.of_shopper(request.user)

        def pay(_note):
            order = get_object_or_404(own, number=wanted["order"])
            payment = retry_payment(order, choice)
            return Response(PaymentSerializer(payment).data, status.HTTP_201_CREATED)

        return once(self, pay)


class PaymentDetail(RetrieveAPIView):
    queryset = Payment.objects.none()
    serializer_class = PaymentSerializer

    def get_queryset(self):
        return Payment.objects.filter(order__user=self.request.user).select_related("order")

    @operation(answers={200: PaymentSerializer}, gives=examples.PAYMENT)
    def get(self, request, pk):
        """A payment of an order of one's own."""
        return super().get(request)
