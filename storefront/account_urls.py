from django.urls import path

from storefront.views import account, reviews, wishes

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/profile/", account.profile, name="profile"),
    path("account/alerts/", account.alerts, name="alerts"),
    path("wishlist/", wishes.wishlist, name="wishlist"),
    path("wishlist/waiting/", wishes.wish_that_waited, name="wish_that_waited"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("p/<str:sku>/wish/", wishes.wish, name="wish"),
    path("p/<str:sku>/review/", reviews.review, name="review"),
]
