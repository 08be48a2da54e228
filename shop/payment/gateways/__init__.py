from django.conf import settings
from django.utils.module_loading import import_string

from shop.payment.gateways.base import Answer, Gateway, NoAnswer, UnknownToken

__all__ = ["Answer", "Gateway", "NoAnswer", "UnknownToken", "gateway_for"]


def gateway_for(method: str) -> Gateway:
    """The gateway behind a payment method. Raises `KeyError` for a method that is not offered."""
    return import_string(settings.PAYMENT_GATEWAYS[method])()
