from django.conf import settings
from django.core.checks import Error, register

LIVE = ("sk_", "rk_")
TEST = ("sk_test_", "rk_test_")


def may_use(key):
    """Whether a key of Stripe's may be used here: a live one only where payments are live."""
    return key.startswith(LIVE if settings.PAYMENTS_LIVE else TEST)


@register()
def no_real_money_by_accident(app_configs, **kwargs):
    key = settings.STRIPE_SECRET_KEY
    if not key or may_use(key):
        return []
    return [
        Error(
            "STRIPE_SECRET_KEY is no test key.",
            hint="Use one that begins with sk_test_ or rk_test_, or set PAYMENTS_LIVE=1.",
            id="payment.E001",
        )
    ]


@register()
def stripe_can_be_told_from_a_stranger(app_configs, **kwargs):
    if not settings.STRIPE_SECRET_KEY or settings.STRIPE_WEBHOOK_SECRET:
        return []
    return [
        Error(
            "Stripe's webhooks cannot be verified.",
            hint="Set STRIPE_WEBHOOK_SECRET.",
            id="payment.E002",
        )
    ]
