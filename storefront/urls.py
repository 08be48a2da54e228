from django.urls import include, path
from wagtail import urls as wagtail_urls

from storefront.views import location, pages
from storefront.views.pictures import PictureView

urlpatterns = [
    path("search/", pages.search, name="search"),
    path("locations/choose/", location.choose, name="choose_location"),
    # Addresses that never change lead to the pages, which may move.
    path("p/<str:sku>/", pages.product, name="product"),
    path("c/<str:slug>/", pages.category, name="category"),
    path("l/<str:code>/", pages.location, name="location"),
    path("edit/product/<str:sku>/", pages.edit_product, name="edit_product_page"),
    path(
        "pictures/<str:signature>/<int:image_id>/<str:filter_spec>/<str:filename>",
        PictureView.as_view(),
        name="picture",
    ),
    path("", include("storefront.order_urls")),
    path("", include(wagtail_urls)),
]
