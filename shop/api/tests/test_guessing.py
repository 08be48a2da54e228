import pytest

from shop.api.auth import WRONG_PASSWORDS
from shop.testing.factories import make_user

pytestmark = pytest.mark.django_db


def login(client, user, password):
    body = {"username": user.username, "password": password}
    return client.post("/api/auth/login", body, content_type="application/json")


def test_passwords_are_not_guessed_without_end(client):
    user, stranger = make_user(), make_user()
    for _ in range(WRONG_PASSWORDS.most["name"]):
        assert login(client, user, "a guess").status_code == 401
    refused = login(client, user, "a-good-password")
    assert refused.status_code == 429
    assert refused.json()["code"] == "throttled"
    assert int(refused["Retry-After"]) > 0
    assert login(client, stranger, "a-good-password").status_code == 200


def test_right_passwords_are_not_counted(client):
    user = make_user()
    for _ in range(WRONG_PASSWORDS.most["name"] + 1):
        assert login(client, user, "a-good-password").status_code == 200
