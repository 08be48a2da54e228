"""Where gateways tell what happened. Quick: an event is stored here, and acted on by a worker."""

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples_of_orders as examples
from shop.api.schema import operation
from shop.payment.gateways import BadWebhook, UnknownMethod
from shop.payment.webhooks import receive

# Many times what any gateway sends.
LONGEST_BODY = 512 * 1024


class ReceivedSerializer(serializers.Serializer):
    received = serializers.BooleanField()


class Webhook(APIView):
    gateway = ""
    signature_header = ""
    authentication_classes = []
    permission_classes = [AllowAny]
    # A gateway tells what it has to tell.
    throttle_classes = []
    # The signature is over the bytes as they came.
    parser_classes = []

    @operation(
        "invalid",
        request={"application/json": OpenApiTypes.OBJECT},
        sends=examples.EVENT,
        answers={200: ReceivedSerializer},
        gives={"received": True},
        auth=[],
    )
    def post(self, request):
        """Stores a signed event. A known one is acknowledged again, and does nothing again."""
        try:
            receive(self.gateway, self._body(request), self._signature(request))
        except (BadWebhook, UnknownMethod) as refusal:
            raise ValidationError(str(refusal)) from None
        return Response({"received": True})

    def _body(self, request):
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = LONGEST_BODY + 1
        if length > LONGEST_BODY:
            raise BadWebhook("The body is too long.")
        return request._request.body

    def _signature(self, request):
        return request.headers.get(self.signature_header, "")


class StripeWebhook(Webhook):
    gateway = "stripe"
    signature_header = "Stripe-Signature"


class SimulatedWebhook(Webhook):
    gateway = "simulated"
    signature_header = "Magpie-Signature"
