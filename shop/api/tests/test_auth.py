import pytest
from django.contrib.auth.models import Group
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from shop.customer.models import User
from shop.customer.roles import OWNER
from shop.testing.factories import make_user
from shop.testing.races import on_committed_rows, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    return Client(headers={"accept": "application/json"})


class TestSigningIn:
    def sign_in(self, api, **body):
        return api.post("/api/auth/login", body, content_type="application/json")

    @pytest.mark.parametrize("name", ["email", "username"])
    def test_gives_tokens_that_open_me(self, api, name):
        user = make_user()
        answer = self.sign_in(api, **{name: getattr(user, name)}, password="a-good-password")

        access = answer.json()["access"]
        me = api.get("/api/auth/me", headers={"authorization": f"Bearer {access}"})

        assert me.json()["email"] == user.email
        assert me.json()["role"] == "customer"

    def test_does_not_say_what_was_wrong(self, api):
        user = make_user()

        wrong_password = self.sign_in(api, email=user.email, password="wrong")
        wrong_name = self.sign_in(api, email="nobody@magpie.example", password="wrong")

        assert wrong_password.status_code == wrong_name.status_code == 401
        assert wrong_password.json() == wrong_name.json()
        assert wrong_password.json()["code"] == "bad_credentials"
        assert "WWW-Authenticate" in wrong_password.headers

    def test_a_used_refresh_token_is_refused(self, api):
        user = make_user()
        refresh = self.sign_in(api, email=user.email, password="a-good-password").json()["refresh"]
        body = {"refresh": refresh}

        first = api.post("/api/auth/token/refresh", body, content_type="application/json")
        second = api.post("/api/auth/token/refresh", body, content_type="application/json")

        assert first.status_code == 200
        assert second.status_code == 401
        assert second.json()["code"] == "token_not_valid"

    def refreshed(self, api, refresh):
        body = {"refresh": refresh}
        return api.post("/api/auth/token/refresh", body, content_type="application/json")

    def test_a_new_token_knows_the_role_of_now(self, api):
        owner = make_user()
        owner.groups.add(Group.objects.get(name=OWNER))
        first = self.sign_in(api, email=owner.email, password="a-good-password").json()
        assert AccessToken(first["access"])["role"] == "admin"

        owner.groups.clear()
        second = self.refreshed(api, first["refresh"]).json()
        third = self.refreshed(api, second["refresh"]).json()

        for tokens in (second, third):
            assert AccessToken(tokens["access"])["role"] == "customer"
            assert RefreshToken(third["refresh"])["role"] == "customer"

    @pytest.mark.parametrize("gone", ["inactive", "deleted"])
    def test_who_has_left_gets_no_new_token(self, api, gone):
        user = make_user()
        refresh = self.sign_in(api, email=user.email, password="a-good-password").json()["refresh"]

        if gone == "inactive":
            User.objects.update(is_active=False)
        else:
            user.delete()
        answer = self.refreshed(api, refresh)

        assert answer.status_code == 401
        assert answer.json()["code"] == "token_not_valid"

    def test_a_stranger_is_asked_to_sign_in(self, api):
        answer = api.get("/api/auth/me")

        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"


@on_committed_rows
def test_a_token_that_is_used_twice_at_once_buys_one_pair():
    refresh = str(RefreshToken.for_user(make_user()))

    def use():
        body = {"refresh": refresh}
        answer = Client().post("/api/auth/token/refresh", body, content_type="application/json")
        return answer.status_code

    assert sorted(race(use, use, use)) == [200, 401, 401]


def test_what_breaks_is_said_in_a_problem_document(monkeypatch):
    def broken(*_args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("shop.api.accounts.Me.get", broken)
    api = Client(raise_request_exception=False)
    api.force_login(make_user())
    answer = api.get("/api/auth/me")

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "error"
    assert "disk" not in answer.content.decode()
