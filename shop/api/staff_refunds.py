"""Money back, and goods."""

from decimal import Decimal

from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples_of_orders as examples
from shop.api.cart import parsed
from shop.api.once import WITH_KEY, once
from shop.api.schema import operation
from shop.api.staff import StaffMay
from shop.audit.trail import record
from shop.money import money
from shop.order.models import Order
from shop.payment.models import Refund
from shop.payment.refund_sums import refund_sum


class WantedRefundSerializer(serializers.Serializer):
    amount = serializers.DecimalField(
        12, 2, min_value=Decimal("0.01"), required=False, allow_null=True, default=None
    )
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    restock = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="What becomes of the goods, where all that is left goes back.",
    )


class RefundSerializer(serializers.ModelSerializer):
    order = serializers.CharField(source="payment.order.number")
    currency = serializers.CharField(source="payment.currency")

    class Meta:
        model = Refund
        fields = [
            "id",
            "order",
            "payment",
            "amount",
            "currency",
            "status",
            "reason",
            "created_at",
        ]


class StaffRefunds(APIView):
    permission_classes = [StaffMay]
    needs = {"POST": "payment.add_refund"}

    @operation(
        "idempotency_mismatch",
        request=WantedRefundSerializer,
        sends=examples.WANTED_REFUND,
        answers={201: RefundSerializer},
        gives=examples.REFUND,
        **WITH_KEY,
    )
    def post(self, request, number):
        """Sends money of an order back: a worker does it, and the refund is pending until then."""
        wanted = parsed(WantedRefundSerializer, request)
        order = get_object_or_404(Order.objects.visible_to(request.user), number=number)
        return once(self, lambda note: _refund(order, wanted, request.user, note))


def _refund(order, wanted, actor, note):
    answers = []

    def write_down(refund):
        said = _("%(amount)s is on its way back, by a program.")
        amount = money(refund.amount, order.currency)
        record(order, actor, summary=said % {"amount": amount}, reason=refund.reason)
        answers.append(Response(RefundSerializer(refund).data, status.HTTP_201_CREATED))
        note(answers[0])

    refund = refund_sum(order, actor=actor, note=write_down, **wanted)
    if not answers:
        write_down(refund)
    return answers[0]
