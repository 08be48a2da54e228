"""What a user keeps for later."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api import examples
from shop.api.body import parsed
from shop.api.pagination import Pages
from shop.api.prices import on_sale, quoted, told
from shop.api.product_body import ProductSerializer
from shop.api.schema import operation
from shop.catalogue.models import Product
from shop.wishlists.wishes import add_to_wishlist, remove_from_wishlist, wishes_of


class WishedSerializer(serializers.Serializer):
    sku = serializers.CharField()


class Wishlist(ListAPIView):
    serializer_class = ProductSerializer
    pagination_class = Pages
    filter_backends = []
    queryset = Product.objects.none()

    def get_queryset(self):
        wishes = wishes_of(self.request.user).values("product")
        latest_first = "-wishlists_lines__pk"
        mine = Product.objects.filter(wishlists_lines__wishlist__owner=self.request.user)
        return told(quoted(mine.filter(pk__in=wishes))).order_by(latest_first)

    @operation(gives=examples.PRODUCT)
    def get(self, request):
        """The products that the user wishes for, the latest wish first."""
        return super().get(request)

    @operation(
        "not_found",
        request=WishedSerializer,
        sends=examples.WISH,
        answers={200: ProductSerializer, 201: ProductSerializer},
        gives=examples.PRODUCT,
    )
    def post(self, request):
        """Adds a product: 201, or 200 where it is there already."""
        product = get_object_or_404(on_sale(), upc=parsed(WishedSerializer, request)["sku"])
        is_new = add_to_wishlist(request.user, product)
        shown = told(quoted(Product.objects.filter(pk=product.pk))).get()
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(ProductSerializer(shown).data, code)


class Wish(APIView):
    @operation(answers={204: None})
    def delete(self, request, sku):
        """Takes a product off the list."""
        product = get_object_or_404(Product, upc=sku)
        if not remove_from_wishlist(request.user, product):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
