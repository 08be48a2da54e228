"""Guessed passwords: one limit for every door, and guesses keep nobody else out."""

from ipaddress import ip_network

import pytest
from django.test import Client

from shop import attempts
from shop.customer import logins
from shop.customer.roles import OWNER
from shop.testing.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
MALLORY, ANA_AT = "198.51.100.66", "203.0.113.7"
TOO_MANY = "Too many wrong passwords. Try again in 10 minutes."


@pytest.fixture
def ana():
    return make_user(OWNER, username="ana", email="ana@quist.example")


def form(path, field, expected):
    def knock(client, name, password):
        answer = client.post(path, {field: name, "password": password})
        if answer.status_code == 302:
            return "in"
        said = answer.content.decode()
        return TOO_MANY if TOO_MANY in said else "wrong" if expected in said else said

    return knock


def api(client, name, password):
    body = {"username": name, "password": password}
    answer = client.post("/api/auth/login", body, content_type="application/json")
    if answer.status_code == 429:
        assert answer.json()["code"] == "throttled"
        assert answer.headers["Retry-After"] == "600"
        return TOO_MANY
    return {200: "in", 401: "wrong"}[answer.status_code]


DOORS = {
    # The back office and the CMS lead there, too.
    "shop": form("/accounts/login/", "login", "not correct"),
    "API": api,
}


def at(address):
    return Client(REMOTE_ADDR=address)


def behind_a_proxy(forwarded):
    return Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})


@pytest.mark.parametrize("door", DOORS)
def test_after_ten_wrong_passwords_there_is_a_pause_even_for_the_right_one(door, ana):
    knock = DOORS[door]
    tries = [knock(at(MALLORY), "ana", f"guess-{n}") for n in range(11)]
    assert tries == ["wrong"] * 10 + [TOO_MANY]
    assert knock(at(MALLORY), "ana", PASSWORD) == TOO_MANY


@pytest.mark.parametrize("door", DOORS)
def test_who_guesses_keeps_nobody_else_out(door, ana):
    for n in range(11):
        DOORS[door](at(MALLORY), "ana", f"guess-{n}")
    assert DOORS[door](at(ANA_AT), "ana", PASSWORD) == "in"
    neighbour = make_user(OWNER)
    assert DOORS[door](at(MALLORY), neighbour.username, PASSWORD) == "in"


def test_all_doors_count_as_one(ana):
    for n, knock in enumerate(DOORS.values()):
        for m in range(5):
            assert knock(at(MALLORY), "Ana ", f"guess-{n}-{m}") == "wrong"
    assert {knock(at(MALLORY), "ana", PASSWORD) for knock in DOORS.values()} == {TOO_MANY}


def test_right_passwords_are_not_counted(ana):
    assert {api(at(ANA_AT), "ana", PASSWORD) for _ in range(15)} == {"in"}


def test_guesses_at_many_names_are_counted_by_the_address(ana, monkeypatch):
    monkeypatch.setitem(logins.WRONG_PASSWORDS.most, "address", 5)
    tries = [api(at(MALLORY), f"name-{n}", "guess") for n in range(6)]
    assert tries == ["wrong"] * 5 + [TOO_MANY]
    assert api(at(ANA_AT), "name-1", "guess") == "wrong"


def test_a_forged_header_is_no_other_address(ana, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.1")]
    for n in range(10):
        mallory = Client(
            REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": f"192.0.2.{n}, {MALLORY}"}
        )
        assert api(mallory, "ana", "guess") == "wrong"
    assert api(mallory, "ana", "guess") == TOO_MANY
    assert api(behind_a_proxy(ANA_AT), "ana", PASSWORD) == "in"


class TestGuessesFromEverywhere:
    @pytest.fixture(autouse=True)
    def many_guesses(self, ana, monkeypatch):
        monkeypatch.setitem(logins.ON_ONE_NAME.most, "name", 5)
        for n in range(5):
            assert api(at(f"192.0.2.{n}"), "ana", "guess") == "wrong"

    def slowed(self, client, password):
        body = {"username": "ana", "password": password}
        answer = client.post("/api/auth/login", body, content_type="application/json")
        return answer.status_code, answer.headers.get("Retry-After")

    def test_are_slowed_down_to_one_a_minute_from_each_address(self):
        assert self.slowed(at(MALLORY), "guess") == (401, None)
        assert self.slowed(at(MALLORY), "guess") == (429, "60")

    def test_leave_the_owner_a_way_in(self):
        for n in range(5):
            self.slowed(at(f"192.0.2.{n}"), "guess")
        assert self.slowed(at(ANA_AT), PASSWORD) == (200, None)
        assert self.slowed(at(ANA_AT), PASSWORD) == (200, None)


def test_what_is_counted_names_nobody(ana):
    api(at(MALLORY), "ana@quist.example", "guess")
    keys = [key.decode() for key in attempts.redis().keys("attempts:login*")]
    assert len(keys) == 3
    assert "quist" not in " ".join(keys)


def test_the_cms_sends_who_forgot_a_password_to_the_shop(client):
    answer = client.get("/cms/password_reset/")
    assert answer.url == "/accounts/password/reset/"
    assert client.get("/cms/password_reset/confirm/MQ/a-token/").status_code == 404
