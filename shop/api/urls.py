from django.urls import re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from shop.api import (
    accounts,
    auth,
    cart,
    categories,
    checkout,
    locations,
    orders,
    papers,
    payments,
    products,
    reviews,
    staff_orders,
    staff_pickups,
    staff_promo_codes,
    staff_refunds,
    stock,
    webhooks,
    wishlist,
)
from shop.api.routes import route
from shop.api.unknown import UnknownPath

urlpatterns = [
    route("schema/", SpectacularAPIView, "api-schema"),
    route("docs/", SpectacularSwaggerSplitView, "api-docs", url_name="api-schema"),
    # The shop
    route("auth/register", accounts.Register, "api-register"),
    route("auth/login", auth.Login, "api-login"),
    route("auth/token/refresh", auth.Refresh, "api-refresh"),
    route("auth/logout", auth.Logout, "api-logout"),
    route("auth/session", auth.Session, "api-session"),
    route("auth/me", accounts.Me, "api-me"),
    route("auth/me/export", accounts.Export, "api-export"),
    route("products/", products.Products, "api-products"),
    route("products/search/", products.Search, "api-search"),
    route("products/<str:sku>/", products.ProductDetail, "api-product"),
    route("products/<str:sku>/reviews/", reviews.Reviews, "api-reviews"),
    route("categories/", categories.Categories, "api-categories"),
    route("locations/", locations.LocationList, "api-locations"),
    route("locations/<str:reference>/", locations.LocationDetail, "api-location"),
    route(
        "locations/<str:reference>/products/",
        products.LocationProducts,
        "api-location-products",
    ),
    route("locations/<str:reference>/stock/<str:sku>/", stock.Stock, "api-stock"),
    route("wishlist/", wishlist.Wishlist, "api-wishlist"),
    route("wishlist/<str:sku>/", wishlist.Wish, "api-wish"),
    # Cart, checkout and orders
    route("cart/", cart.Cart, "api-cart"),
    route("cart/location/", cart.CartLocation, "api-cart-location"),
    route("cart/promo-codes/", cart.CartPromoCodes, "api-cart-promo-codes"),
    route("cart/promo-codes/<str:code>/", cart.CartPromoCode, "api-cart-promo-code"),
    route("cart/<int:pk>/", cart.CartItem, "api-cart-item"),
    route("checkout/", checkout.Checkout, "api-checkout"),
    route("orders/", orders.Orders, "api-orders"),
    route("orders/<str:number>/", orders.OrderDetail, "api-order"),
    route("orders/<str:number>/cancel/", orders.OrderCancel, "api-order-cancel"),
    route("orders/<str:number>/qr.svg", papers.OrderQr, "api-order-qr-svg"),
    route("orders/<str:number>/qr.png", papers.OrderQrAsPng, "api-order-qr-png"),
    route("orders/<str:number>/invoice.pdf", papers.OrderInvoice, "api-order-invoice"),
    route("payment/", payments.Payments, "api-payments"),
    route("payment/<uuid:pk>/", payments.PaymentDetail, "api-payment"),
    route("payment/webhook/", webhooks.StripeWebhook, "api-webhook-stripe"),
    route("payment/webhook/simulated/", webhooks.SimulatedWebhook, "api-webhook-simulated"),
    # Staff
    route("admin/orders/", staff_orders.StaffOrders, "api-staff-orders"),
    route("admin/orders/<str:number>/", staff_orders.StaffOrderDetail, "api-staff-order"),
    route("admin/orders/<str:number>/refunds/", staff_refunds.StaffRefunds, "api-staff-refunds"),
    route("admin/pickups/", staff_pickups.StaffPickups, "api-staff-pickups"),
    route("admin/pickups/<str:code>/collect/", staff_pickups.StaffCollect, "api-staff-collect"),
    route("admin/promo-codes/", staff_promo_codes.StaffPromoCodes, "api-staff-promo-codes"),
    route(
        "admin/promo-codes/<str:code>/", staff_promo_codes.StaffPromoCode, "api-staff-promo-code"
    ),
    re_path(r"^", UnknownPath.as_view()),
]
