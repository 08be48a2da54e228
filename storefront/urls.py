from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls

from storefront.views import location, pages
from storefront.views.offline import Offline, ServiceWorker
from storefront.views.pictures import PictureView
from storefront.views.style import StylePage

urlpatterns = [
    path("search/", pages.search, name="search"),
    path("search/suggestions/", pages.suggestions, name="suggestions"),
    path("locations/choose/", location.choose, name="choose_location"),
    # Addresses that never change lead to the pages, which may move.
    path("p/<str:sku>/", pages.product, name="product"),
    path("c/<str:slug>/", pages.category, name="category"),
    path("l/<str:code>/", pages.location, name="location"),
    path("edit/product/<str:sku>/", pages.edit_product, name="edit_product_page"),
    path("", include("storefront.found.urls")),
    path("offline/", Offline.as_view(), name="offline"),
    path("service-worker.js", ServiceWorker.as_view(), name="service_worker"),
    path(
        "pictures/<str:signature>/<int:image_id>/<str:filter_spec>/<str:filename>",
        PictureView.as_view(),
        name="picture",
    ),
    # From any page, be it one that all share: there is no harm in having one's language changed.
    path("language/", csrf_exempt(set_language), name="set_language"),
    path("", include("storefront.order_urls")),
    path("", include("storefront.account_urls")),
    re_path(wagtail_urls.serve_pattern, pages.serve),
    path("", include(wagtail_urls)),
]

if settings.DEBUG:
    urlpatterns.insert(0, path("style/", StylePage.as_view(), name="style"))
