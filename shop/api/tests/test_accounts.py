"""An account, from its opening to its end, as a program goes through it."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from shop.api.tests.problems import refused
from shop.customer.models import User
from shop.order.models import Order
from shop.testing.factories import make_order, make_product, make_user, offer
from shop.testing.programs import Program
from shop.testing.races import on_committed_rows, race

pytestmark = pytest.mark.django_db
INES = {"email": "Ines@Shopper.example", "password": "seven-brass-owls"}


class TestOpeningOne:
    def test_the_new_user_is_signed_in(self, anybody):
        answer = anybody.post("/api/auth/register", INES | {"first_name": "Inês"})

        assert answer.status_code == 201
        told = answer.json()
        assert told["user"] | {"id": 0} == {
            "id": 0,
            "email": "ines@shopper.example",
            "username": "ines",
            "first_name": "Inês",
            "last_name": "",
            "role": "customer",
        }
        assert AccessToken(told["access"])["role"] == "customer"
        assert RefreshToken(told["refresh"])["user_id"] == str(told["user"]["id"])
        assert not EmailAddress.objects.get().verified

    def test_a_chosen_username_is_kept_and_opens_the_account(self, anybody):
        anybody.post("/api/auth/register", INES | {"username": "magpie_fan"})

        login = {"username": "MAGPIE_FAN", "password": INES["password"]}
        assert anybody.post("/api/auth/login", login).status_code == 200

    @pytest.mark.parametrize(
        ("change", "wrong"),
        [
            ({"password": "password"}, ["password"]),
            ({"password": "83920184721"}, ["password"]),
            ({"password": "ines@shopper"}, ["password"]),
            ({"password": ""}, ["password"]),
            ({"email": "ines"}, ["email"]),
            ({"email": None}, ["email"]),
            ({"username": "two words"}, ["username"]),
            ({"email": "", "password": "1"}, ["email"]),
        ],
    )
    def test_what_cannot_be_used_is_named(self, anybody, change, wrong):
        answer = anybody.post("/api/auth/register", INES | change)

        assert refused(answer) == (400, "invalid", *wrong)
        assert not User.objects.exists()

    def test_a_taken_name_is_taken_in_any_capitals(self, anybody):
        make_user(email="ines@shopper.example", username="ines")
        body = INES | {"email": "INES@shopper.EXAMPLE", "username": "INES"}

        answer = anybody.post("/api/auth/register", body)

        assert refused(answer) == (400, "invalid", "email", "username")

    def test_an_address_that_somebody_has_proven_is_taken(self, anybody):
        EmailAddress.objects.create(
            user=make_user(), email="ines@shopper.example", verified=True, primary=False
        )

        assert refused(anybody.post("/api/auth/register", INES)) == (400, "invalid", "email")

    def test_nobody_makes_themselves_staff(self, anybody):
        told = anybody.post("/api/auth/register", INES | {"role": "admin", "is_staff": True})

        assert told.json()["user"]["role"] == "customer"
        assert not User.objects.get().is_staff


@on_committed_rows
@pytest.mark.parametrize("same", ["email", "username"])
def test_of_two_who_want_one_name_at_once_one_gets_it(same):
    first = {"email": "a@shopper.example", "username": "aaa", "password": INES["password"]}
    second = {"email": "b@shopper.example", "username": "bbb", "password": INES["password"]}
    second[same] = first[same].upper()

    answers = race(
        lambda: Program().post("/api/auth/register", first),
        lambda: Program().post("/api/auth/register", second),
    )

    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert won.status_code == 201
    assert refused(lost) == (400, "invalid", same)
    assert User.objects.count() == 1


class TestLoggingOut:
    def test_the_token_is_dead(self, shopper):
        body = {"refresh": str(RefreshToken.for_user(shopper.user))}

        assert shopper.post("/api/auth/logout", body).status_code == 204
        assert refused(shopper.post("/api/auth/token/refresh", body)) == (401, "token_not_valid")
        assert refused(shopper.post("/api/auth/logout", body)) == (401, "token_not_valid")

    def test_nobody_kills_the_token_of_somebody_else(self, shopper, stranger, anybody):
        body = {"refresh": str(RefreshToken.for_user(shopper.user))}

        assert refused(stranger.post("/api/auth/logout", body)) == (401, "token_not_valid")
        assert refused(anybody.post("/api/auth/logout", body)) == (401, "not_authenticated")
        assert shopper.post("/api/auth/token/refresh", body).status_code == 200

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ({}, (400, "invalid", "refresh")),
            ({"refresh": ["a"]}, (400, "invalid", "refresh")),
            ({"refresh": "made.up"}, (401, "token_not_valid")),
        ],
    )
    def test_what_is_no_token_is_refused(self, shopper, body, told):
        assert refused(shopper.post("/api/auth/logout", body)) == told


class TestASession:
    @pytest.fixture
    def browser(self):
        return Client(enforce_csrf_checks=True)

    def begin(self, browser, user, password="a-good-password"):
        body = json.dumps({"email": user.email, "password": password})
        return browser.post("/api/auth/session", body, content_type="application/json")

    def token(self, browser):
        return {"x-csrftoken": browser.cookies["csrftoken"].value}

    def test_opens_what_a_token_opens(self, browser):
        user = make_user()
        answer = self.begin(browser, user)

        assert (answer.status_code, answer.json()["user"]["id"]) == (200, user.pk)
        assert browser.get("/api/auth/me").json()["email"] == user.email

    def test_is_not_opened_by_a_wrong_password(self, browser):
        answer = self.begin(browser, make_user(), "wrong")

        assert refused(answer) == (401, "bad_credentials")
        assert "WWW-Authenticate" in answer
        assert refused(browser.get("/api/auth/me")) == (401, "not_authenticated")

    def test_changes_nothing_without_its_csrf_token(self, browser):
        self.begin(browser, make_user())

        forged = browser.delete("/api/cart/")
        meant = browser.delete("/api/cart/", headers=self.token(browser))

        assert refused(forged) == (403, "permission_denied")
        assert meant.status_code == 200

    def test_a_token_needs_no_csrf_token(self):
        caller = Program(make_user())
        caller.client.handler.enforce_csrf_checks = True

        assert caller.delete("/api/cart/").status_code == 200

    def test_is_ended_by_who_is_in_it(self, browser):
        self.begin(browser, make_user())

        assert refused(browser.delete("/api/auth/session")) == (403, "permission_denied")
        ended = browser.delete("/api/auth/session", headers=self.token(browser))

        assert ended.status_code == 204
        assert refused(browser.get("/api/auth/me")) == (401, "not_authenticated")
        assert refused(browser.delete("/api/auth/session")) == (401, "not_authenticated")


class TestOnesOwn:
    def test_names_are_changed_and_nothing_else(self, shopper):
        email = shopper.user.email
        change = {"first_name": "Inês", "username": "ines", "email": "x@y.example", "role": "admin"}

        told = shopper.patch("/api/auth/me", change).json()

        assert (told["first_name"], told["username"]) == ("Inês", "ines")
        assert (told["email"], told["role"]) == (email, "customer")
        assert shopper.get("/api/auth/me").json() == told

    def test_the_username_of_somebody_else_stays_theirs(self, shopper, stranger):
        taken = shopper.patch("/api/auth/me", {"username": stranger.user.username.upper()})
        blank = shopper.patch("/api/auth/me", {"username": ""})

        assert refused(taken) == refused(blank) == (400, "invalid", "username")

    def test_is_not_replaced(self, shopper):
        assert refused(shopper.put("/api/auth/me", {})) == (405, "method_not_allowed")

    def test_is_taken_along(self, shopper, stranger):
        answer = shopper.get("/api/auth/me/export")

        assert answer.json()["account"]["email"] == shopper.user.email
        assert stranger.user.email not in answer.content.decode()
        assert "no-store" in answer["cache-control"]


class TestClosingIt:
    def close(self, caller, password="a-good-password"):
        return caller.delete("/api/auth/me", {"password": password})

    def test_the_account_and_its_tokens_are_gone(self, shopper, anybody):
        body = {"refresh": str(RefreshToken.for_user(shopper.user))}

        assert self.close(shopper).status_code == 204

        assert not User.objects.filter(email=shopper.user.email).exists()
        assert refused(shopper.get("/api/auth/me")) == (401, "token_not_valid")
        assert refused(anybody.post("/api/auth/token/refresh", body)) == (401, "token_not_valid")

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_needs_the_password(self, shopper, password):
        assert refused(self.close(shopper, password)) == (400, "invalid", "password")
        assert shopper.get("/api/auth/me").status_code == 200

    def test_waits_for_open_orders(self, shopper, here):
        tea = make_product()
        offer(tea, here)
        make_order(here, (tea, 1), user=shopper.user)

        assert refused(self.close(shopper)) == (409, "invalid_transition")
        assert Order.objects.get().user == shopper.user

    def test_is_not_for_who_works_here(self, seller):
        assert refused(self.close(seller)) == (403, "permission_denied")
