from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from shop.api import auth, locations, products, webhooks
from shop.api.unknown import UnknownPath

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^auth/login/?$", auth.Login.as_view(), name="api-login"),
    re_path(r"^auth/token/refresh/?$", auth.Refresh.as_view(), name="api-refresh"),
    re_path(r"^auth/me/?$", auth.Me.as_view(), name="api-me"),
    path("products/", products.ProductList.as_view(), name="api-products"),
    path("products/<str:sku>/", products.ProductDetail.as_view(), name="api-product"),
    path("categories/", products.CategoryList.as_view(), name="api-categories"),
    path("locations/", locations.LocationList.as_view(), name="api-locations"),
    path("locations/<str:reference>/", locations.LocationDetail.as_view(), name="api-location"),
    path(
        "locations/<str:reference>/products/",
        locations.LocationProducts.as_view(),
        name="api-location-products",
    ),
    re_path(r"^payment/webhook/?$", webhooks.StripeWebhook.as_view(), name="api-webhook-stripe"),
    re_path(
        r"^payment/webhook/simulated/?$",
        webhooks.SimulatedWebhook.as_view(),
        name="api-webhook-simulated",
    ),
    re_path(r"^", UnknownPath.as_view()),
]
