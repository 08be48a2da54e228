"""The catalogue: public to read, and written by who sells."""

from django.db.models import F, Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from shop.api import examples
from shop.api.body import parsed
from shop.api.locations import by_reference
from shop.api.pagination import Pages
from shop.api.prices import offered_by, on_sale, priced, quoted, told
from shop.api.product_body import ProductDetailSerializer, ProductSerializer
from shop.api.product_filters import FilterAtLocation, ProductFilter, SearchFilter
from shop.api.product_writing import PostingSerializer, posting_of
from shop.api.schema import operation
from shop.api.staff import StaffMay
from shop.catalogue.models import Product
from shop.inventory.posting import post, revise, withdraw

CHANGE = "catalogue.change_product"


class ReadByAll(StaffMay):
    """Reading is free; the rest is for staff, as a view's `needs` says."""

    def has_permission(self, request, view):
        if request.method in SAFE_METHODS:
            return True
        return request.user.is_authenticated and super().has_permission(request, view)


def in_detail(products):
    """Products with each location that they are offered at."""
    records = priced().select_related("partner__location", "product").order_by("partner_id")
    return told(quoted(products)).prefetch_related(Prefetch("stockrecords", records))


class Listed(ListAPIView):
    permission_classes = [ReadByAll]
    needs = {}
    serializer_class = ProductSerializer
    pagination_class = Pages
    queryset = Product.objects.none()

    def get_queryset(self):
        return on_sale()


class Written:
    """Takes JSON, or a form with a picture in it."""

    permission_classes = [ReadByAll]
    parser_classes = [JSONParser, MultiPartParser, FormParser]

    def answer(self, product, code=status.HTTP_200_OK):
        product = in_detail(Product.objects.filter(pk=product.pk)).get()
        return Response(ProductDetailSerializer(product).data, code)


class Products(Written, Listed):
    needs = {"POST": "catalogue.add_product"}
    filterset_class = ProductFilter

    @operation(gives=examples.PRODUCT)
    def get(self, request):
        """Products on sale, with the price and the stock of the locations asked about."""
        return super().get(request)

    @operation(
        "duplicate",
        "not_found",
        request=PostingSerializer,
        sends=examples.NEW_PRODUCT,
        answers={201: ProductDetailSerializer},
        gives=examples.PRODUCT_DETAIL,
    )
    def post(self, request):
        """Puts a product up: at a location, or wherever its seller sells in the main currency."""
        said = parsed(PostingSerializer, request)
        product = post(said["sku"], posting_of(said), actor=request.user)
        return self.answer(product, status.HTTP_201_CREATED)


class Search(Listed):
    filterset_class = SearchFilter

    @operation(gives=examples.PRODUCT)
    def get(self, request):
        """Products that answer to words, best first; one wrong letter in a word is forgiven."""
        return super().get(request)


class LocationProducts(Listed):
    filterset_class = ProductFilter
    filter_backends = [FilterAtLocation]

    @operation(
        gives=examples.PRODUCT,
        parameters=[OpenApiParameter("location", exclude=True)],
    )
    def get(self, request, reference):
        """What is available at a location, at its prices."""
        return super().get(request)

    def get_queryset(self):
        here = priced().filter(partner_id=by_reference(self.kwargs["reference"]).pk)
        return offered_by(on_sale(), here.filter(num_in_stock__gt=F("num_allocated")))


class ProductDetail(Written, RetrieveAPIView):
    needs = {"PUT": CHANGE, "PATCH": CHANGE, "DELETE": CHANGE}
    serializer_class = ProductDetailSerializer
    lookup_field, lookup_url_kwarg = "upc", "sku"
    filter_backends = []
    queryset = Product.objects.none()

    def get_queryset(self):
        return in_detail(on_sale())

    @operation(gives=examples.PRODUCT_DETAIL)
    def get(self, request, sku):
        """A product, with what it costs and how much is left at each location."""
        return super().get(request)

    @operation(
        "out_of_stock",
        request=PostingSerializer,
        sends=examples.NEW_PRODUCT,
        answers={200: ProductDetailSerializer},
        gives=examples.PRODUCT_DETAIL,
    )
    def put(self, request, sku):
        """Tells all of a product anew; what may be left out and is stays as it was."""
        return self._revise(request, sku)

    @operation(
        "out_of_stock",
        request=PostingSerializer,
        sends={"price": "43.00"},
        answers={200: ProductDetailSerializer},
        gives=examples.PRODUCT_DETAIL,
    )
    def patch(self, request, sku):
        """Changes some of a product; its `sku` stays."""
        return self._revise(request, sku, partial=True)

    @operation(answers={204: None})
    def delete(self, request, sku):
        """Takes a product out of the shop and its search; past orders keep it."""
        withdraw(self._own(request.user, sku), actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _revise(self, request, sku, **options):
        product = self._own(request.user, sku)
        said = parsed(PostingSerializer, request, context={"product": product}, **options)
        return self.answer(revise(product, posting_of(said), actor=request.user))

    def _own(self, user, sku):
        return get_object_or_404(on_sale().visible_to(user), upc=sku)
