from django.urls import path

from storefront.views import reviews, wishes

urlpatterns = [
    path("p/<str:sku>/wish/", wishes.wish, name="wish"),
    path("wishlist/", wishes.wishlist, name="wishlist"),
    path("wishlist/waiting/", wishes.wish_that_waited, name="wish_that_waited"),
    path("p/<str:sku>/review/", reviews.review, name="review"),
    path("reviews/", reviews.reviews, name="reviews"),
]
