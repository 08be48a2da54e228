"""Orders as the staff see them, at their own locations. Nothing here says who they are for."""

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.response import Response

from shop.api import examples_of_orders as examples
from shop.api.cart import parsed
from shop.api.order_body import StaffOrderSerializer, TrackingSerializer, read_anew, told
from shop.api.pagination import Pages
from shop.api.schema import operation
from shop.api.staff import StaffMay
from shop.audit.trail import record
from shop.locations.models import Location
from shop.order import lifecycle
from shop.order.models import Fulfilment, Order, Status
from shop.order.statuses import InvalidTransition
from shop.payment.cancellation import cancel_order
from shop.pickup import counter

MAY_CANCEL = "payment.add_refund"


class StaffOrderFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Status.choices)
    location = filters.CharFilter(method="at_location", label="A location's id, slug or name.")

    class Meta:
        model = Order
        fields = []

    def at_location(self, orders, _name, reference):
        return orders.filter(location__in=Location.objects.called(reference))

    def since(self, orders, _name, moment):
        return orders.filter(date_placed__gte=moment)

    def until(self, orders, _name, moment):
        """A day means all of it."""
        if len(self.data["to"].strip()) == len("2026-11-21"):
            return orders.filter(date_placed__date__lte=moment.date())
        return orders.filter(date_placed__lt=moment)


# One of them is a word of Python's.
StaffOrderFilter.base_filters |= {
    "from": filters.IsoDateTimeFilter(method="since", label="Placed then or later."),
    "to": filters.IsoDateTimeFilter(method="until", label="Placed before, or on that day."),
}


class AtMyLocations:
    """The orders of the locations that whoever asks works at; the others are not there."""

    permission_classes = [StaffMay]
    queryset = Order.objects.none()
    serializer_class = StaffOrderSerializer
    lookup_field = "number"

    def get_queryset(self):
        return told(Order.objects.visible_to(self.request.user))


class StaffOrders(AtMyLocations, ListAPIView):
    needs = {"GET": "order.view_order"}
    pagination_class = Pages
    filterset_class = StaffOrderFilter

    @operation(
        "permission_denied",
        answers={200: StaffOrderSerializer(many=True)},
        gives=examples.STAFF_ORDER,
    )
    def get(self, request):
        """Orders at one's own locations, newest first."""
        return super().get(request)


@extend_schema_field({"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Tracking"}]})
class TrackingField(serializers.Field):
    """The parcel's number, or that with its carrier."""

    def to_internal_value(self, told):
        tracking = TrackingSerializer(data={"number": told} if isinstance(told, str) else told)
        tracking.is_valid(raise_exception=True)
        return tracking.validated_data


class WantedStepSerializer(serializers.Serializer):
    status = serializers.ChoiceField(Status.choices, required=False)
    tracking = TrackingField(required=False)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def validate(self, attrs):
        if not attrs.keys() & {"status", "tracking"}:
            raise serializers.ValidationError({"status": [_("Say what is to change.")]})
        return attrs


class StaffOrderDetail(AtMyLocations, GenericAPIView):
    needs = {"GET": "order.view_order", "PATCH": "order.change_order"}

    @operation("permission_denied", answers={200: StaffOrderSerializer}, gives=examples.STAFF_ORDER)
    def get(self, request, number):
        """An order at one of one's own locations."""
        return self._answer(self.get_object())

    @operation(
        "invalid_transition",
        "code_needed",
        request=WantedStepSerializer,
        sends=examples.STEP,
        answers={200: StaffOrderSerializer},
        gives=examples.READY,
    )
    def patch(self, request, number):
        """Moves an order one step on, as its goods do."""
        order, wanted = self.get_object(), parsed(WantedStepSerializer, request)
        before = order.get_status_display()
        take_step(order, actor=request.user, **wanted)
        order = read_anew(order)
        values = {"before": before, "after": order.get_status_display()}
        record(
            order,
            request.user,
            summary=_("%(before)s → %(after)s, by a program") % values,
            reason=wanted["reason"],
        )
        return self._answer(order)

    def _answer(self, order):
        return Response(StaffOrderSerializer(order).data)


def take_step(order, *, actor, reason, status=None, tracking=None):
    """Call the one function of the domain that a new status stands for."""
    parcel = tracking or {"carrier": "", "number": ""}
    parcel = {"carrier": parcel["carrier"], "tracking_number": parcel["number"]}
    match status:
        case None:
            lifecycle.correct_tracking(order, **parcel)
        case Status.READY:
            lifecycle.mark_ready(order, actor=actor)
        case Status.SHIPPED:
            lifecycle.ship(order, actor=actor, **parcel)
        case Status.COMPLETED if order.fulfilment == Fulfilment.DELIVERY:
            lifecycle.deliver(order, actor=actor)
        case Status.COMPLETED:
            counter.hand_over_without_code(order, actor=actor, reason=reason)
        case Status.CANCELLED if actor.has_perm(MAY_CANCEL):
            cancel_order(order, actor=actor, reason=reason)
        case Status.CANCELLED:
            raise PermissionDenied
        case _:
            # Money alone moves an order there.
            raise InvalidTransition(order, status)
