from django.urls import path

from storefront.views import back_in_stock, basket, checkout, orders

urlpatterns = [
    path("basket/", basket.basket, name="basket"),
    path("basket/add/", basket.basket_add, name="basket_add"),
    path("basket/lines/<int:pk>/", basket.basket_line, name="basket_line"),
    path("basket/promo-code/", basket.basket_promo_code, name="basket_promo_code"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/status/", orders.order_status, name="order_status"),
    path("orders/<str:number>/qr.svg", orders.order_qr, name="order_qr"),
    path("back-in-stock/", back_in_stock.ask, name="back_in_stock"),
    path("back-in-stock/<str:token>/", back_in_stock.withdraw, name="back_in_stock_withdraw"),
]
