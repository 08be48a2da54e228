from django.conf import settings
from django.utils.module_loading import import_string

from shop.payment.gateways.base import (
    Answer,
    BadWebhook,
    CannotCharge,
    Event,
    Gateway,
    NoAnswer,
    Notice,
    PaymentRefused,
    UnknownMethod,
    UnknownToken,
)

__all__ = [
    "Answer",
    "BadWebhook",
    "CannotCharge",
    "Event",
    "Gateway",
    "NoAnswer",
    "Notice",
    "PaymentRefused",
    "UnknownMethod",
    "UnknownToken",
    "gateway_for",
]


def gateway_for(method: str) -> Gateway:
    """The gateway behind a payment method. Raises `UnknownMethod` for one that is not offered."""
    try:
        path = settings.PAYMENT_GATEWAYS[method]
    except KeyError:
        raise UnknownMethod(method) from None
    return import_string(path)()
