from django.urls import path

from storefront.views import basket, checkout, orders

urlpatterns = [
    path("basket/", basket.basket, name="basket"),
    path("basket/add/", basket.basket_add, name="basket_add"),
    path("basket/lines/<int:pk>/", basket.basket_line, name="basket_line"),
    path("basket/promo-code/", basket.basket_promo_code, name="basket_promo_code"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/status/", orders.order_status, name="order_status"),
    path("orders/<str:number>/confirm/", orders.order_confirm, name="order_confirm"),
    path("orders/<str:number>/qr.svg", orders.order_qr, name="order_qr"),
]
