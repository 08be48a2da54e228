from django.urls import path

from storefront.views import (
    back_in_stock,
    basket,
    checkout,
    orders,
    papers,
    paying,
    privacy,
    together,
)

urlpatterns = [
    path("basket/", basket.basket, name="basket"),
    path("basket/add/", basket.basket_add, name="basket_add"),
    path("basket/add-together/", together.add_together, name="add_together"),
    path("basket/lines/<int:pk>/", basket.basket_line, name="basket_line"),
    path("basket/promo-code/", basket.basket_promo_code, name="basket_promo_code"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/status/", orders.order_status, name="order_status"),
    path("orders/<str:number>/confirm/", paying.order_confirm, name="order_confirm"),
    path("orders/<str:number>/bank/", paying.order_bank, name="order_bank"),
    path("orders/<str:number>/cancel/", orders.order_cancel, name="order_cancel"),
    path("orders/<str:number>/again/", orders.order_again, name="order_again"),
    path("orders/<str:number>/collect.ics", papers.order_calendar, name="order_calendar"),
    path("orders/<str:number>/qr.svg", papers.order_qr, name="order_qr"),
    path("back-in-stock/", back_in_stock.ask, name="back_in_stock"),
    path("back-in-stock/<str:token>/", back_in_stock.withdraw, name="back_in_stock_withdraw"),
    path("orders/<str:number>/invoice.pdf", papers.order_invoice, name="order_invoice"),
    path(
        "orders/<str:number>/credit-notes/<str:note>.pdf",
        papers.order_credit_note,
        name="order_credit_note",
    ),
    path("orders/<str:number>/erase-contact/", privacy.erase_order_contact, name="erase_contact"),
    path("your-data/", privacy.your_data, name="your_data"),
    path("your-data/download/", privacy.download, name="download_data"),
    path("your-data/close/", privacy.close_account, name="close_account"),
]
