"""Nobody asks for too much: neither a user, nor an address, nor whoever guesses."""

import pytest
from redis.exceptions import ConnectionError as Gone

from shop.api import limits
from shop.api.tests.test_orders import assert_refused
from shop.testing.factories import make_user
from shop.testing.programs import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def narrow(settings):
    """Limits that a test gets to, with a Redis that nobody waited for in vain just before."""
    limits.away.reset()

    def narrowed(**most):
        settings.API_LIMITS = settings.API_LIMITS | most

    return narrowed


def test_each_answer_says_how_much_is_left(shopper, narrow):
    narrow(user=10)
    first, second = (shopper.get("/api/cart/") for _call in range(2))

    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("10", "9")
    assert second["RateLimit-Remaining"] == "8"
    assert second["RateLimit-Policy"] == '"user";q=10;w=60'
    assert second["RateLimit"] == f'"user";r=8;t={second["RateLimit-Reset"]}'
    assert 0 < int(second["RateLimit-Reset"]) <= 60


def test_who_asks_too_much_has_to_wait_and_is_told_how_long(shopper, stranger, narrow):
    narrow(user=3)
    answers = [shopper.get("/api/cart/") for _call in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert_refused(answers[-1], "throttled", 429)
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1]["RateLimit-Remaining"] == "0"
    assert stranger.get("/api/cart/").status_code == 200


def test_an_address_is_counted_whoever_asks_from_there(narrow, settings):
    narrow(address=2)
    programs = [Program(make_user()) for _user in range(3)]
    statuses = [program.get("/api/cart/").status_code for program in programs]
    assert statuses == [200, 200, 429]
    assert programs[0].client.get("/api/cart/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_nobody_chooses_an_address(narrow, shopper):
    narrow(address=1)
    statuses = [
        shopper.get("/api/cart/", **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(2)
    ]
    assert statuses == [200, 429]


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("promo_code", "/api/cart/promo-codes/", {"code": "ten"}),
        ("login", "/api/auth/login", {"email": "a@b.example", "password": "x"}),
        ("pickup", "/api/admin/pickups/", {"code": "x"}),
    ],
)
def test_whoever_guesses_has_less(owner, narrow, kind, path, body):
    narrow(**{kind: 1})
    guessed = [owner.post(path, body) for _guess in range(2)]
    assert guessed[0].status_code != 429
    assert_refused(guessed[1], "throttled", 429)
    assert owner.get("/api/cart/").status_code == 200


def test_a_gateway_is_never_told_to_wait(client, narrow):
    narrow(address=0)
    told = client.post("/api/payment/webhook/simulated/", "{}", content_type="application/json")
    assert told.status_code == 400


def test_a_thousand_calls_a_minute_are_ordinary(settings):
    assert settings.API_LIMITS["user"] >= 2000
    assert settings.API_LIMITS["address"] >= 2000


def test_without_redis_nobody_is_kept_out(shopper, narrow, monkeypatch):
    narrow(user=0)
    monkeypatch.setattr(limits, "redis", lambda: Silent())
    answer = shopper.get("/api/cart/")
    limits.away.reset()

    assert answer.status_code == 200
    assert "RateLimit" not in answer


class Silent:
    def eval(self, *_anything):
        raise Gone


class TestOtherSites:
    SITE = {"origin": "https://till.example"}
    ASKS = SITE | {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,idempotency-key",
    }

    def test_may_not_use_it(self, shopper):
        answer = shopper.get("/api/cart/", **self.SITE)
        assert "access-control-allow-origin" not in answer

    def test_may_if_they_are_named(self, shopper, settings):
        settings.CORS_ALLOWED_ORIGINS = ["https://till.example"]
        answer = shopper.get("/api/cart/", **self.SITE)
        asked = shopper.client.options("/api/checkout/", headers=self.ASKS)
        assert answer["access-control-allow-origin"] == "https://till.example"
        assert "access-control-allow-credentials" not in answer
        assert "idempotency-key" in asked["access-control-allow-headers"]

    def test_and_nothing_but_the_api(self, client, settings):
        settings.CORS_ALLOWED_ORIGINS = ["https://till.example"]
        answer = client.get("/accounts/login/", headers=self.SITE)
        assert "access-control-allow-origin" not in answer
