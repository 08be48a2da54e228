import pytest
from django.test import Client

from shop.testing.factories import make_user

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

    def test_a_stranger_is_asked_to_sign_in(self, api):
        answer = api.get("/api/auth/me")

        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"
