from shop.api.checks import BLACKLIST, tokens_can_be_revoked


def test_tokens_can_be_revoked(settings):
    assert tokens_can_be_revoked(None) == []


def test_a_shop_whose_tokens_live_on_is_told(settings):
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != BLACKLIST]

    [error] = tokens_can_be_revoked(None)

    assert error.id == "api.E001"
