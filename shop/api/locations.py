"""Where orders are collected: public to read."""

from django.conf import settings
from django.http import Http404
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from shop.api import examples
from shop.api.pagination import Pages
from shop.api.product_filters import TWO_LETTERS
from shop.api.schema import operation
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
    country = filters.CharFilter(
        lookup_expr="iexact", validators=[TWO_LETTERS], help_text="ISO 3166-1 alpha-2, as in ES."
    )

    class Meta:
        model = Location
        fields = ["country"]


def by_reference(reference):
    """A location by id, slug or exact name, whichever was given. Raises `Http404`."""
    location = Location.objects.open_to_shoppers().called(reference).first()
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

    @operation(gives=examples.LOCATION)
    def get(self, request):
        """Where orders are collected."""
        return super().get(request)


class LocationDetail(RetrieveAPIView):
    permission_classes = [AllowAny]
    serializer_class = LocationSerializer
    filter_backends = []
    queryset = Location.objects.none()

    @operation(gives=examples.LOCATION)
    def get(self, request, reference):
        """A location, by its id, slug or exact name."""
        return super().get(request)

    def get_object(self):
        return by_reference(self.kwargs["reference"])
