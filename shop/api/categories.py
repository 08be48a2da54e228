"""The tree of categories."""

from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from shop.api import examples
from shop.api.pagination import Pages
from shop.api.schema import operation
from shop.catalogue.models import Category


class CategorySerializer(serializers.ModelSerializer):
    slug = serializers.CharField()
    parent = serializers.SerializerMethodField()

    class Meta:
        model = Category
        fields = ["slug", "name", "parent"]

    def get_parent(self, category) -> str | None:
        """The slug of the category that it is in; none for one at the top."""
        return self.context["slugs"].get(category.path[: -Category.steplen])


class Categories(ListAPIView):
    permission_classes = [AllowAny]
    serializer_class = CategorySerializer
    pagination_class = Pages
    filter_backends = []
    queryset = Category.objects.browsable().order_by("path")

    @operation(gives=examples.CATEGORY)
    def get(self, request):
        """The tree, flat: whatever is in another category names that as its `parent`."""
        return super().get(request)

    def get_serializer_context(self):
        slugs = dict(Category.objects.values_list("path", "slug"))
        return super().get_serializer_context() | {"slugs": slugs}
