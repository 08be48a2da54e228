"""Promo codes: made, changed and ended by programs, with the rules of the domain."""

from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError as Refused
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, ListAPIView, get_object_or_404
from rest_framework.response import Response

from shop.api import examples_of_orders as examples
from shop.api.pagination import Pages
from shop.api.refusals import Conflict
from shop.api.schema import operation
from shop.api.staff import StaffMay
from shop.audit.models import Action
from shop.audit.trail import record
from shop.catalogue.models import Category
from shop.locations.models import Location
from shop.voucher import making
from shop.voucher.models import Voucher
from shop.voucher.terms import Kind

# What the domain calls some of the fields.
NAMES = {"start_datetime": "starts_at", "end_datetime": "ends_at"}
# How long a code lives whose end nobody says.
LASTS = timedelta(days=365)
MOST_USES = 1_000_000_000


@extend_schema_field(str)
class CategoryField(serializers.RelatedField):
    """A category by its slug."""

    def to_internal_value(self, slug):
        found = self.get_queryset().filter(slug=str(slug)).order_by("path").first()
        if found is None:
            raise serializers.ValidationError(_("There is no such category."))
        return found

    def to_representation(self, category):
        return category.slug


@extend_schema_field(str)
class LocationField(serializers.RelatedField):
    """A location by its id, slug or exact name; told by its slug."""

    def to_internal_value(self, reference):
        found = self.get_queryset().called(str(reference)).first()
        if found is None:
            raise serializers.ValidationError(_("There is no such location."))
        return found

    def to_representation(self, location):
        return location.code


class Uses(serializers.IntegerField):
    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=MOST_USES, **kwargs)


class PromoCodeSerializer(serializers.Serializer):
    """The fields are called as `making` calls what it is told."""

    code = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=128, required=False)
    kind = serializers.ChoiceField(Kind.choices)
    value = serializers.DecimalField(12, 2)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    max_uses = Uses(required=False, allow_null=True)
    max_uses_per_user = Uses(required=False, allow_null=True)
    min_total = serializers.DecimalField(12, 2, required=False, allow_null=True)
    categories = CategoryField(queryset=Category.objects.all(), many=True, required=False)
    locations = LocationField(queryset=Location.objects.all(), many=True, required=False)
    combinable = serializers.BooleanField(required=False)
    uses = serializers.IntegerField(read_only=True)
    is_active = serializers.BooleanField(read_only=True)

    def validate_code(self, code):
        if self.instance and code.strip().upper() != self.instance.code:
            raise serializers.ValidationError(_("A code stays as it is."))
        return code

    def to_representation(self, voucher):
        return super().to_representation(_told(voucher))


# Of an offer that was made elsewhere nobody can say more.
NO_TERMS = dict.fromkeys(("kind", "value", "min_total", "combinable")) | {
    "categories": (),
    "locations": (),
}


def _told(voucher):
    terms = making.terms_of(voucher)
    return {
        "code": voucher.code,
        "name": voucher.name,
        "currency": voucher.currency,
        "starts_at": voucher.start_datetime,
        "ends_at": voucher.end_datetime,
        "max_uses": voucher.max_uses,
        "max_uses_per_user": voucher.max_uses_per_user,
        "uses": voucher.num_orders,
        "is_active": _is_active(voucher),
    } | (vars(terms) if terms else NO_TERMS)


def _is_active(voucher):
    has_begun = voucher.start_datetime <= timezone.now() <= voucher.end_datetime
    return has_begun and not voucher.switched_off_at and not voucher.is_used_up


class Codes:
    permission_classes = [StaffMay]
    serializer_class = PromoCodeSerializer
    filter_backends = []
    queryset = Voucher.objects.none()

    def get_queryset(self):
        codes = Voucher.objects.prefetch_related(*making.TERMS)
        return codes.order_by("-date_created", "-pk")

    def wanted(self, *voucher, **partial):
        serializer = self.get_serializer(*voucher, data=self.request.data, **partial)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def answer(self, code, status=status.HTTP_200_OK):
        return Response(self.get_serializer(self.get_queryset().get(code=code)).data, status)


class StaffPromoCodes(Codes, ListAPIView):
    needs = {"GET": "voucher.view_voucher", "POST": "voucher.add_voucher"}
    pagination_class = Pages

    @operation(
        "permission_denied",
        answers={200: PromoCodeSerializer(many=True)},
        gives=examples.PROMO_CODE,
    )
    def get(self, request):
        """All promo codes, the newest first."""
        return super().get(request)

    @operation(
        "duplicate",
        request=PromoCodeSerializer,
        sends=examples.NEW_PROMO_CODE,
        answers={201: PromoCodeSerializer},
        gives=examples.PROMO_CODE,
    )
    def post(self, request):
        """Makes a promo code. Without an end it lasts a year."""
        voucher = _make(self.wanted())
        record(voucher, request.user, action=Action.ADDED, summary=making.said(voucher))
        return self.answer(voucher.code, status.HTTP_201_CREATED)


class StaffPromoCode(Codes, GenericAPIView):
    needs = {
        "GET": "voucher.view_voucher",
        "PATCH": "voucher.change_voucher",
        "DELETE": "voucher.delete_voucher",
    }

    def get_object(self):
        return get_object_or_404(self.get_queryset(), code=self.kwargs["code"].upper())

    @operation("permission_denied", answers={200: PromoCodeSerializer}, gives=examples.PROMO_CODE)
    def get(self, request, code):
        """A promo code, in whatever capitals it is asked for."""
        return self.answer(self.get_object().code)

    @operation(
        "of_a_set",
        request=PromoCodeSerializer(partial=True),
        sends={"ends_at": "2026-12-24T00:00:00Z"},
        answers={200: PromoCodeSerializer},
        gives=examples.PROMO_CODE,
    )
    def patch(self, request, code):
        """Changes what is named of a promo code; the code itself stays."""
        voucher = self.get_object()
        before = making.said(voucher)
        wanted = self.wanted(voucher, partial=True)
        wanted.pop("code", None)
        with _faults_by_field():
            changed = making.change_promo_code(voucher, **wanted)
        summary = f"{before} → {making.said(changed)}"
        record(changed, request.user, summary=summary)
        return self.answer(changed.code)

    @operation(answers={204: None})
    def delete(self, request, code):
        """Deletes a code; one that orders have used is switched off and stays to be read."""
        voucher = self.get_object()
        making.end_promo_code(voucher)
        record(voucher, request.user, action=Action.DELETED, summary=making.said(voucher))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _make(wanted):
    wanted.setdefault("name", wanted["code"])
    wanted.setdefault("starts_at", timezone.now())
    wanted.setdefault("ends_at", wanted["starts_at"] + LASTS)
    if wanted["kind"] == Kind.FIXED:
        wanted.setdefault("currency", settings.OSCAR_DEFAULT_CURRENCY)
    if Voucher.objects.filter(code=wanted["code"].strip().upper()).exists():
        raise Conflict(_("There is a promo code like this already."), "duplicate")
    with _faults_by_field():
        return making.make_promo_code(**wanted)


@contextmanager
def _faults_by_field():
    try:
        yield
    except Refused as refusal:
        told = refusal.message_dict.items()
        raise serializers.ValidationError({NAMES.get(f, f): faults for f, faults in told}) from None
