"""Where orders are collected: public to read."""

from django.conf import settings
from django.db.models import Q
from django.http import Http404
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from shop.api.pagination import Pages
from shop.api.products import ProductList, offered, priced
from shop.locations.hours import open_until
from shop.locations.models import Location, OpeningHours


class HoursSerializer(serializers.ModelSerializer):
    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]


class LocationSerializer(serializers.ModelSerializer):
    slug = serializers.CharField(source="code")
    address = serializers.CharField()
    hours = HoursSerializer(many=True)
    is_open_now = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Location
        fields = [
            "id",
            "slug",
            "name",
            "country",
            "city",
            "address",
            "latitude",
            "longitude",
            "currency",
            "hours",
            "is_open_now",
            "url",
        ]

    def get_is_open_now(self, location) -> bool:
        return open_until(location) is not None

    def get_url(self, location) -> str:
        return settings.SITE_URL + location.get_absolute_url()


class LocationFilter(filters.FilterSet):
    country = filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = Location
        fields = ["country"]


def named(reference):
    """What finds a location by id, slug or exact name, whichever was given."""
    criteria = Q(code=reference) | Q(name__iexact=reference)
    if reference.isdecimal() and len(reference) < 19:
        criteria |= Q(pk=reference)
    return criteria


def by_reference(reference):
    """The location that is meant. Raises `Http404`."""
    location = Location.objects.open_to_shoppers().filter(named(reference)).first()
    if location is None:
        raise Http404
    return location


class LocationList(ListAPIView):
    permission_classes = [AllowAny]
    serializer_class = LocationSerializer
    pagination_class = Pages
    filterset_class = LocationFilter
    queryset = (
        Location.objects.open_to_shoppers()
        .prefetch_related("hours", "closed_days")
        .order_by("country", "name", "pk")
    )


class LocationDetail(RetrieveAPIView):
    permission_classes = [AllowAny]
    serializer_class = LocationSerializer
    queryset = Location.objects.none()

    def get_object(self):
        return by_reference(self.kwargs["reference"])


class LocationProducts(ProductList):
    """What is available at a location, at its prices."""

    def get_queryset(self):
        location = by_reference(self.kwargs["reference"])
        return offered(priced().filter(partner_id=location.pk)).filter(
            stockrecords__partner_id=location.pk, free__gt=0
        )
