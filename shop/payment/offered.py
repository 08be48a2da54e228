"""Which way of paying by card shoppers are offered in a browser: one, and Stripe if it can."""

from django.conf import settings

SIMULATED, STRIPE = "simulated", "stripe"


def card_method():
    """Stripe's form needs its key for browsers, and its gateway the secret one."""
    ready = settings.STRIPE_PUBLISHABLE_KEY and STRIPE in settings.PAYMENT_GATEWAYS
    return STRIPE if ready else SIMULATED
