import pytest

from shop.settings.browsers import WITH_STRIPE

pytestmark = pytest.mark.django_db


def policy(client, address):
    rules = client.get(address)["Content-Security-Policy"].split("; ")
    return {name: sources.split() for name, sources in (rule.split(" ", 1) for rule in rules)}


@pytest.mark.parametrize(
    "address", ["/", "/basket/", "/accounts/login/", "/api/docs/", "/api/nowhere/", "/nowhere/"]
)
def test_the_shop_runs_and_shows_nothing_but_its_own(client, address):
    rules = policy(client, address)

    assert rules["default-src"] == rules["frame-src"] == rules["base-uri"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]


@pytest.mark.parametrize("address", ["/backoffice/", "/cms/"])
def test_staff_pages_may_evaluate_and_still_load_from_nowhere_else(client, address):
    rules = policy(client, address)

    assert rules["script-src"] == ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
    assert not [source for sources in rules.values() for source in sources if "://" in source]


def test_stripe_is_let_in_by_name_where_cards_are_real(client, settings):
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": WITH_STRIPE}

    rules = policy(client, "/basket/")

    assert rules["script-src"] == ["'self'", "https://js.stripe.com"]
    assert rules["connect-src"] == ["'self'", "https://api.stripe.com"]
    assert rules["frame-src"] == ["https://js.stripe.com", "https://hooks.stripe.com"]
    assert "https://js.stripe.com" not in policy(client, "/api/docs/")["script-src"]
