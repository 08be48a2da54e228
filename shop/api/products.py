"""The catalogue: public to read."""

from django.db.models import Prefetch
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from shop.api import examples
from shop.api.pagination import Pages
from shop.api.prices import on_sale, priced, quoted, told
from shop.api.product_body import ProductDetailSerializer, ProductSerializer
from shop.api.product_filters import ProductFilter
from shop.api.schema import operation
from shop.catalogue import models


def in_detail(products):
    """Products with each location that they are offered at."""
    records = priced().select_related("partner__location", "product").order_by("partner_id")
    return told(quoted(products)).prefetch_related(Prefetch("stockrecords", records))


class ProductList(ListAPIView):
    """Products on sale, with the price and the stock of the locations asked about."""

    permission_classes = [AllowAny]
    serializer_class = ProductSerializer
    pagination_class = Pages
    filterset_class = ProductFilter
    queryset = models.Product.objects.none()

    def get_queryset(self):
        return on_sale()

    @operation(gives=examples.PRODUCT)
    def get(self, request, **kwargs):
        return super().get(request)


class ProductDetail(RetrieveAPIView):
    permission_classes = [AllowAny]
    serializer_class = ProductDetailSerializer
    lookup_field, lookup_url_kwarg = "upc", "sku"
    filter_backends = []
    queryset = models.Product.objects.none()

    def get_queryset(self):
        return in_detail(on_sale())

    @operation(gives=examples.PRODUCT_DETAIL)
    def get(self, request, sku):
        """A product, with what it costs and how much is left at each location."""
        return super().get(request)
