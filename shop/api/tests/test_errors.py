"""Whatever goes wrong under /api/ is said in one problem document, and never in HTML."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from shop.testing.programs import Program

pytestmark = pytest.mark.django_db


def assert_problem(answer, status, code):
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer["content-type"] == "application/problem+json"
    assert ("errors" in problem) == (status == 400)
    assert {"type", "title", "detail"} <= problem.keys()
    return problem


def send(program, path, body, kind="application/json"):
    return program.client.post(path, body, content_type=kind)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/nothing/", "/api/orders/a/b/c/", "/api//cart/"]
)
def test_an_unknown_path(shopper, client, path, method):
    for program in (shopper.client, client):
        assert_problem(getattr(program, method)(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("delete", "/api/orders/?page=1", {"GET", "POST"}),
        ("get", "/api/checkout/", {"POST"}),
        ("patch", "/api/payment/", {"POST"}),
        ("put", "/api/cart/", {"GET", "POST", "DELETE"}),
    ],
)
def test_a_method_that_a_path_does_not_have(shopper, method, path, allowed):
    answer = getattr(shopper, method)(path)
    assert_problem(answer, 405, "method_not_allowed")
    assert allowed <= set(answer["allow"].split(", "))


@pytest.mark.parametrize("body", ["{", "", '{"sku": NaN}', "\xff", '{"sku": "TEA",}'])
def test_a_body_that_is_no_json(shopper, tea, body):
    answer = send(shopper, "/api/cart/", body.encode("latin-1"))
    code = "invalid" if not body else "parse_error"
    assert_problem(answer, 400, code)


@pytest.mark.parametrize("body", ["[]", "null", "7", '"TEA"', "[[]]"])
@pytest.mark.parametrize("path", ["/api/cart/", "/api/checkout/", "/api/payment/"])
def test_json_that_is_no_object(shopper, path, body):
    assert_problem(send(shopper, path, body), 400, "invalid")


def test_a_body_of_another_kind(shopper):
    answer = send(shopper, "/api/cart/", "sku=TEA", "text/plain")
    assert_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x" * 100_000])
def test_text_that_no_column_holds(shopper, tea, text):
    for path, field in (("/api/cart/", "sku"), ("/api/cart/promo-codes/", "code")):
        answer = send(shopper, path, json.dumps({field: text}))
        assert answer.status_code in (400, 404, 409)
        assert answer["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/orders/%00/", "/api/products/?page=1&category=%00"])
def test_an_address_with_a_nul(shopper, path):
    assert_problem(shopper.get(path), 400, "invalid")


@pytest.mark.parametrize("path", ["/api/cart/99999999999999999999999/", "/api/cart/0/"])
def test_a_number_that_no_column_holds(shopper, path):
    assert_problem(shopper.put(path, {"quantity": 1}), 404, "not_found")


@pytest.mark.parametrize(
    ("header", "code"),
    [("", "not_authenticated"), ("Bearer x.y.z", "token_not_valid"), ("Bearer", None)],
)
def test_nobody_who_may(header, code):
    answer = Client().get("/api/cart/", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert code in (None, answer.json()["code"])
    assert answer["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("crash", [RuntimeError("Zebulon"), OperationalError("Zebulon")])
@pytest.mark.parametrize("debug", [True, False])
def test_a_crash_and_a_database_that_is_gone(shopper, monkeypatch, settings, crash, debug):
    settings.DEBUG = debug
    shopper.client.raise_request_exception = False

    def broken(_user):
        raise crash

    monkeypatch.setattr("shop.api.cart.basket_of", broken)
    answer = shopper.get("/api/cart/")

    assert_problem(answer, 500, "error")
    assert "Zebulon" not in answer.content.decode()


def test_a_session_without_its_token_writes_nothing(shopper, tea):
    client = Client(enforce_csrf_checks=True)
    client.force_login(shopper.user)
    read = client.get("/api/cart/")
    written = client.post("/api/cart/", "{}", content_type="application/json")

    assert read.status_code == 200
    assert_problem(written, 403, "permission_denied")


def test_a_host_that_is_not_ours(shopper):
    assert isinstance(shopper, Program)
    answer = shopper.client.get("/api/cart/", headers={"host": "elsewhere.example"})
    assert_problem(answer, 400, "invalid")
