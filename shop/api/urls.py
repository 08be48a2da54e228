from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from shop.api import (
    auth,
    cart,
    checkout,
    locations,
    orders,
    papers,
    payments,
    products,
    staff_orders,
    staff_pickups,
    staff_promo_codes,
    staff_refunds,
    webhooks,
)
from shop.api.unknown import UnknownPath

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
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
    path("cart/", cart.Cart.as_view(), name="api-cart"),
    path("cart/location/", cart.CartLocation.as_view(), name="api-cart-location"),
    path("cart/promo-codes/", cart.CartPromoCodes.as_view(), name="api-cart-promo-codes"),
    path("cart/promo-codes/<str:code>/", cart.CartPromoCode.as_view(), name="api-cart-promo-code"),
    path("cart/<int:pk>/", cart.CartItem.as_view(), name="api-cart-item"),
    path("checkout/", checkout.Checkout.as_view(), name="api-checkout"),
    path("orders/", orders.Orders.as_view(), name="api-orders"),
    path("orders/<str:number>/", orders.OrderDetail.as_view(), name="api-order"),
    path("orders/<str:number>/cancel/", orders.OrderCancel.as_view(), name="api-order-cancel"),
    path("orders/<str:number>/qr.svg", papers.OrderQr.as_view(), name="api-order-qr-svg"),
    path("orders/<str:number>/qr.png", papers.OrderQrAsPng.as_view(), name="api-order-qr-png"),
    path(
        "orders/<str:number>/invoice.pdf", papers.OrderInvoice.as_view(), name="api-order-invoice"
    ),
    path("payment/", payments.Payments.as_view(), name="api-payments"),
    path("payment/<uuid:pk>/", payments.PaymentDetail.as_view(), name="api-payment"),
    re_path(r"^payment/webhook/?$", webhooks.StripeWebhook.as_view(), name="api-webhook-stripe"),
    re_path(
        r"^payment/webhook/simulated/?$",
        webhooks.SimulatedWebhook.as_view(),
        name="api-webhook-simulated",
    ),
    path("admin/orders/", staff_orders.StaffOrders.as_view(), name="api-staff-orders"),
    path(
        "admin/orders/<str:number>/",
        staff_orders.StaffOrderDetail.as_view(),
        name="api-staff-order",
    ),
    path(
        "admin/orders/<str:number>/refunds/",
        staff_refunds.StaffRefunds.as_view(),
        name="api-staff-refunds",
    ),
    path("admin/pickups/", staff_pickups.StaffPickups.as_view(), name="api-staff-pickups"),
    path(
        "admin/pickups/<str:code>/collect/",
        staff_pickups.StaffCollect.as_view(),
        name="api-staff-collect",
    ),
    path(
        "admin/promo-codes/",
        staff_promo_codes.StaffPromoCodes.as_view(),
        name="api-staff-promo-codes",
    ),
    path(
        "admin/promo-codes/<str:code>/",
        staff_promo_codes.StaffPromoCode.as_view(),
        name="api-staff-promo-code",
    ),
    re_path(r"^", UnknownPath.as_view()),
]
