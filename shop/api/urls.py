from django.urls import re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from shop.api import accounts, auth, cart, categories, locations, orders, products, webhooks
from shop.api.routes import route
from shop.api.unknown import UnknownPath

urlpatterns = [
    route("schema/", SpectacularAPIView, "api-schema"),
    route("docs/", SpectacularSwaggerView, "api-docs", url_name="api-schema"),
    # The shop
    route("auth/register", accounts.Register, "api-register"),
    route("auth/login", auth.Login, "api-login"),
    route("auth/token/refresh", auth.Refresh, "api-refresh"),
    route("auth/logout", auth.Logout, "api-logout"),
    route("auth/session", auth.Session, "api-session"),
    route("auth/me", accounts.Me, "api-me"),
    route("auth/me/export", accounts.Export, "api-export"),
    route("products/", products.ProductList, "api-products"),
    route("products/<str:sku>/", products.ProductDetail, "api-product"),
    route("categories/", categories.Categories, "api-categories"),
    route("locations/", locations.LocationList, "api-locations"),
    route("locations/<str:reference>/", locations.LocationDetail, "api-location"),
    route(
        "locations/<str:reference>/products/",
        locations.LocationProducts,
        "api-location-products",
    ),
    # Cart, checkout and orders
    route("cart/", cart.Cart, "api-cart"),
    route("cart/location/", cart.CartLocation, "api-cart-location"),
    route("cart/promo-codes/", cart.CartPromoCodes, "api-cart-promo-codes"),
    route("cart/promo-codes/<str:code>/", cart.CartPromoCode, "api-cart-promo-code"),
    route("cart/<int:pk>/", cart.CartItem, "api-cart-item"),
    route("checkout/", orders.Checkout, "api-checkout"),
    route("orders/", orders.Orders, "api-orders"),
    route("orders/<str:number>/", orders.OrderDetail, "api-order"),
    route("payment/webhook/", webhooks.StripeWebhook, "api-webhook-stripe"),
    route("payment/webhook/simulated/", webhooks.SimulatedWebhook, "api-webhook-simulated"),
    re_path(r"^", UnknownPath.as_view()),
]
