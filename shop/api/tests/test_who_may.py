"""Who may do what to whose: each operation of the document, asked for by everybody in turn.

What they ask about is the shopper's, or the seller's at `here`. A new operation belongs into `MAY`,
with the body that it is sent in `BODIES`, or the table below says that it is missing.
"""

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from rest_framework_simplejwt.tokens import RefreshToken

from shop.api.tests.test_buying import CHECKOUT
from shop.order import lifecycle
from shop.pickup import codes
from shop.testing.factories import make_category, make_code, make_order
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db

ROLES = ("anybody", "stranger", "shopper", "seller_elsewhere", "seller", "owner")
# By role, in that order. What belongs to somebody else is not there (404); what nobody in one's
# role may do is forbidden (403). With a fitting password or token it does not matter who
# brings it. Who has nothing in the cart cannot order it, and nobody closes an account to
# which an order is due (409).
MAY = {
    "GET /api/admin/orders/": "401 403 403 200 200 200",
    "GET /api/admin/orders/{number}/": "401 403 403 404 200 200",
    "PATCH /api/admin/orders/{number}/": "401 403 403 403 403 200",
    "POST /api/admin/orders/{number}/refunds/": "401 403 403 403 403 201",
    "POST /api/admin/pickups/": "401 403 403 403 403 200",
    "POST /api/admin/pickups/{code}/collect/": "401 403 403 403 403 200",
    "GET /api/admin/promo-codes/": "401 403 403 403 403 200",
    "POST /api/admin/promo-codes/": "401 403 403 403 403 201",
    "GET /api/admin/promo-codes/{code}/": "401 403 403 403 403 200",
    "PATCH /api/admin/promo-codes/{code}/": "401 403 403 403 403 200",
    "DELETE /api/admin/promo-codes/{code}/": "401 403 403 403 403 204",
    "POST /api/auth/login": "200 200 200 200 200 200",
    "POST /api/auth/logout": "401 401 204 401 401 401",
    "GET /api/auth/me": "401 200 200 200 200 200",
    "PATCH /api/auth/me": "401 200 200 200 200 200",
    "DELETE /api/auth/me": "401 204 409 403 403 403",
    "GET /api/auth/me/export": "401 200 200 200 200 200",
    "POST /api/auth/register": "201 201 201 201 201 201",
    "POST /api/auth/session": "200 200 200 200 200 200",
    "DELETE /api/auth/session": "401 204 204 204 204 204",
    "POST /api/auth/token/refresh": "200 200 200 200 200 200",
    "GET /api/cart/": "401 200 200 200 200 200",
    "POST /api/cart/": "401 201 201 201 201 201",
    "DELETE /api/cart/": "401 200 200 200 200 200",
    "PUT /api/cart/location/": "401 200 200 200 200 200",
    "POST /api/cart/promo-codes/": "401 409 200 409 409 409",
    "DELETE /api/cart/promo-codes/{code}/": "401 404 200 404 404 404",
    "PUT /api/cart/{id}/": "401 404 200 404 404 404",
    "DELETE /api/cart/{id}/": "401 404 200 404 404 404",
    "POST /api/checkout/": "401 409 201 409 409 409",
    "GET /api/orders/": "401 200 200 200 200 200",
    "POST /api/orders/": "401 409 201 409 409 409",
    "GET /api/orders/{number}/": "401 404 200 404 404 404",
    "POST /api/orders/{number}/cancel/": "401 404 200 404 404 404",
    "GET /api/orders/{number}/invoice.pdf": "401 404 200 404 200 200",
    "GET /api/orders/{number}/qr.png": "401 404 200 404 404 200",
    "GET /api/orders/{number}/qr.svg": "401 404 200 404 404 200",
    "POST /api/payment/": "401 404 201 404 404 404",
    "GET /api/payment/{id}/": "401 404 200 404 404 404",
    "POST /api/payment/webhook/": "400 400 400 400 400 400",
    "POST /api/payment/webhook/simulated/": "400 400 400 400 400 400",
    "GET /api/categories/": "200 200 200 200 200 200",
    "GET /api/locations/": "200 200 200 200 200 200",
    "GET /api/locations/{reference}/": "200 200 200 200 200 200",
    "GET /api/locations/{reference}/products/": "200 200 200 200 200 200",
    "GET /api/products/": "200 200 200 200 200 200",
    "GET /api/products/search/": "200 200 200 200 200 200",
    "POST /api/products/": "401 403 403 404 201 201",
    "PUT /api/products/{sku}/": "401 403 403 404 200 200",
    "PATCH /api/products/{sku}/": "401 403 403 404 200 200",
    "DELETE /api/products/{sku}/": "401 403 403 404 204 204",
    "GET /api/products/{sku}/reviews/": "200 200 200 200 200 200",
    "POST /api/products/{sku}/reviews/": "401 201 201 201 201 201",
    "GET /api/locations/{reference}/stock/{sku}/": "401 403 403 404 200 200",
    "PATCH /api/locations/{reference}/stock/{sku}/": "401 403 403 404 200 200",
    "GET /api/wishlist/": "401 200 200 200 200 200",
    "POST /api/wishlist/": "401 201 200 201 201 201",
    "DELETE /api/wishlist/{sku}/": "401 404 204 404 404 404",
    "GET /api/products/{sku}/": "200 200 200 200 200 200",
}
PASSWORD = {"password": "a-good-password"}
GOODS = {"name": "Green tea", "price": "4.00", "category": "drinks"}
BODIES = {
    "POST /api/auth/register": {"email": "new@magpie.example", "password": "seven-brass-owls"},
    "POST /api/auth/login": {"username": "username", **PASSWORD},
    "POST /api/auth/session": {"username": "username", **PASSWORD},
    "POST /api/auth/token/refresh": {"refresh": "refresh"},
    "POST /api/auth/logout": {"refresh": "refresh"},
    "DELETE /api/auth/me": PASSWORD,
    "POST /api/cart/": {"sku": "TEA"},
    "PUT /api/cart/{id}/": {"quantity": 1},
    "PUT /api/cart/location/": {"location": "here"},
    "POST /api/cart/promo-codes/": {"code": "TEN"},
    "POST /api/checkout/": CHECKOUT,
    "POST /api/orders/": CHECKOUT,
    "POST /api/payment/": {"order": "pending", "method": "simulated", "token": "sim_ok"},
    "POST /api/products/": GOODS | {"sku": "NEW", "location": "here", "stock_quantity": 1},
    "PUT /api/products/{sku}/": GOODS | {"sku": "TEA"},
    "PATCH /api/products/{sku}/": {"name": "Green tea"},
    "POST /api/products/{sku}/reviews/": {"rating": 5, "title": "Good", "comment": "Very."},
    "PATCH /api/locations/{reference}/stock/{sku}/": {"delta": 1, "reason": "Found"},
    "POST /api/wishlist/": {"sku": "TEA"},
    "PATCH /api/admin/orders/{number}/": {"status": "ready"},
    "POST /api/admin/pickups/": {"token": "token"},
    "POST /api/admin/promo-codes/": {"code": "NEW", "kind": "percent", "value": "10"},
    "PATCH /api/admin/promo-codes/{code}/": {"value": "15"},
}


@pytest.fixture
def everybody(request):
    return {role: request.getfixturevalue(role) for role in ROLES}


@pytest.fixture
def fills(shopper, seller, here, tea):
    """What stands in an address: each thing is the shopper's, or the seller's at `here`."""
    tea.seller = seller.user
    tea.save()
    make_code("TEN")
    make_category("Drinks")
    shopper.post("/api/wishlist/", {"sku": "TEA"})
    paid, collected = (make_order(here, (tea, 1), user=shopper.user) for _order in range(2))
    do_all_work()
    collected.refresh_from_db()
    lifecycle.mark_ready(collected, actor=None)
    pending = make_order(here, (tea, 1), user=shopper.user)
    cart = shopper.post("/api/cart/", {"sku": "TEA"}).json()
    shopper.post("/api/cart/promo-codes/", {"code": "TEN"})
    return {
        "{number}": paid.number,
        "pending": pending.number,
        "{id}": cart["items"][0]["id"],
        "payment": str(paid.payments.get().pk),
        "token": codes.token_of(collected.pickup_codes.get()),
        "{code}": "TEN",
        "{reference}": "here",
        "{sku}": "TEA",
        "username": shopper.user.username,
        "refresh": str(RefreshToken.for_user(shopper.user)),
    }


def operations():
    """Each operation of the document, as `GET /api/cart/`."""
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def address_of(path, fills):
    names = {"/api/payment/{id}/": "payment", "/api/admin/pickups/{code}/collect/": "token"}
    if path in names:
        fills = fills | {"{id}": fills["payment"], "{code}": fills["token"]}
    for name, value in fills.items():
        path = path.replace(name, str(value)) if name.startswith("{") else path
    return path


def body_of(operation, fills):
    """With what a test names in it by its place among the `fills`."""
    body = BODIES.get(operation, {})
    return {
        name: fills.get(value, value) if isinstance(value, str) else value
        for name, value in body.items()
    }


def ask(program, operation, fills):
    """The status that somebody gets; whatever was done is undone."""
    method, path = operation.split()
    with transaction.atomic():
        if method == "GET":
            answer = program.get(address_of(path, fills), {"page": 1, "q": "tea"})
        else:
            send = getattr(program, method.lower())
            answer = send(address_of(path, fills), body_of(operation, fills))
        transaction.set_rollback(True)
    return answer.status_code


def test_each_operation_lets_in_whom_it_should(everybody, fills):
    found = {
        operation: " ".join(str(ask(program, operation, fills)) for program in everybody.values())
        for operation in operations()
    }
    assert {operation: MAY.get(operation) for operation in found} == found
    assert MAY.keys() - found.keys() == set()
