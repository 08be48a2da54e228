"""What shoppers say about a product: read by somebody before everybody reads it."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.response import Response

from shop.api import examples
from shop.api.body import parsed
from shop.api.pagination import Pages
from shop.api.prices import on_sale
from shop.api.schema import operation
from shop.catalogue.reviews.models import ProductReview
from shop.catalogue.reviews.writing import LEAST_STARS, MOST_STARS, write_review

STATUSES = {
    ProductReview.FOR_MODERATION: "pending",
    ProductReview.APPROVED: "approved",
    ProductReview.REJECTED: "rejected",
}


class ReviewSerializer(serializers.ModelSerializer):
    rating = serializers.IntegerField(source="score", min_value=LEAST_STARS, max_value=MOST_STARS)
    title = serializers.CharField(max_length=255)
    comment = serializers.CharField(source="body", max_length=10_000)
    created_at = serializers.DateTimeField(source="date_created", read_only=True)
    status = serializers.SerializerMethodField()

    class Meta:
        model = ProductReview
        fields = ["id", "rating", "title", "comment", "created_at", "status"]

    def get_status(self, review) -> serializers.ChoiceField(choices=list(STATUSES.values())):
        return STATUSES[review.status]


class Reviews(ListAPIView):
    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = ReviewSerializer
    pagination_class = Pages
    filter_backends = []
    queryset = ProductReview.objects.none()

    def get_queryset(self):
        """Those that everybody may read, and one's own, the newest first."""
        seen = Q(status=ProductReview.APPROVED)
        if self.request.user.is_authenticated:
            seen |= Q(user=self.request.user)
        return self._product().reviews.filter(seen).order_by("-date_created", "-pk")

    @operation(gives=examples.REVIEW)
    def get(self, request, sku):
        """What is said about a product, and what oneself has said, read by somebody or not yet."""
        return super().get(request)

    @operation(
        "duplicate",
        request=ReviewSerializer,
        sends=examples.NEW_REVIEW,
        answers={201: ReviewSerializer},
        gives=examples.REVIEW,
    )
    def post(self, request, sku):
        """Reviews a product, once. Everybody reads it once somebody of the shop has."""
        review = write_review(self._product(), request.user, **parsed(ReviewSerializer, request))
        return Response(ReviewSerializer(review).data, status.HTTP_201_CREATED)

    def _product(self):
        return get_object_or_404(on_sale(), upc=self.kwargs["sku"])
