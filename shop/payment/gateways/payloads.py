"""What is read of a webhook's body, whoever sent it."""

import json

from shop.payment.gateways.base import BadWebhook, Event

# Left out of what is kept: who paid, with which card, and what opens the payment to a browser.
NOT_KEPT = frozenset(
    {
        "billing_details",
        "charges",
        "client_secret",
        "customer_details",
        "owner",
        "payment_method_details",
        "receipt_url",
        "shipping",
        "source",
    }
)
# Nor what is called after one of these, as in `customer_email`.
PERSONAL = frozenset({"address", "email", "name", "phone"})


def parse(body: bytes) -> dict:
    """A webhook's JSON object less what is not kept. Raises `BadWebhook`."""
    try:
        payload = json.loads(body, parse_constant=_no_number)
        pruned = _pruned(payload)
    except (ValueError, RecursionError):
        raise BadWebhook("The body is not JSON.") from None
    if not isinstance(pruned, dict):
        raise BadWebhook("The body is not a JSON object.")
    return pruned


def event(body: bytes) -> Event:
    """A webhook's body as an event. Raises `BadWebhook`."""
    payload = parse(body)
    return Event(_text_of(payload, "id", 255), _text_of(payload, "type", 100), payload)


def _text_of(payload: dict, name: str, longest: int) -> str:
    """A text that an event cannot do without. Raises `BadWebhook`."""
    text = payload.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= longest:
        raise BadWebhook(f"The event's {name} is missing or too long.")
    return text


def _no_number(word):
    raise ValueError(word)


def _is_kept(key):
    return key not in NOT_KEPT and PERSONAL.isdisjoint(key.casefold().split("_"))


def _pruned(value):
    match value:
        case dict():
            return {key: _pruned(part) for key, part in value.items() if _is_kept(key)}
        case list():
            return [_pruned(part) for part in value]
        case _:
            return value
