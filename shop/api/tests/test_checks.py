from django.apps import apps

from shop.api.checks import BLACKLIST, tokens_can_be_revoked


def test_tokens_can_be_revoked():
    assert tokens_can_be_revoked(None) == []


def test_a_shop_whose_tokens_live_on_is_told(monkeypatch):
    monkeypatch.setattr(apps, "is_installed", lambda app: app != BLACKLIST)

    [error] = tokens_can_be_revoked(None)

    assert error.id == "api.E001"
