"""The living style page: each component in each state, while somebody develops."""

from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.views.generic import TemplateView

from storefront.offers import Availability

COLOURS = [
    *("page", "surface", "surface-sunk", "text", "text-soft", "line", "edge"),
    *("accent", "accent-strong", "accent-soft", "good", "good-soft", "warn", "warn-soft"),
    *("bad", "bad-soft", "hero", "foot", "awning"),
]
SIZES = ["xs", "s", "m", "l", "xl", "xxl"]
SPACES = range(1, 9)
PLENTY = Availability("good", "In stock: 34")
FEW = Availability("warn", "Only 3 left")
NONE = Availability("bad", "Sold out")


class SampleForm(forms.Form):
    """One field of each kind, filled in well and badly."""

    name = forms.CharField(help_text="As it stands on your bell.")
    email = forms.EmailField(help_text="For the receipt, and for nothing else.")
    card = forms.ChoiceField(choices=[("", "Choose a card"), ("4242", "ending in 4242")])
    note = forms.CharField(widget=forms.Textarea)
    news = forms.BooleanField(label="Write to me when there is something new")


class StylePage(TemplateView):
    template_name = "storefront/style/page.html"

    def get_context_data(self, **context):
        return super().get_context_data(**context) | {
            "colours": COLOURS,
            "sizes": SIZES,
            "spaces": SPACES,
            "availabilities": [PLENTY, FEW, NONE],
            "cards": _cards(),
            "samples": [SampleForm(), SampleForm({"name": "Zebulon Quist", "email": "zebulon@"})],
            "notices": _notices(),
        }


def _cards():
    long_name = "Bread of seven grains with pumpkin seeds, baked overnight in a wood-fired oven"
    return [
        _card("Country sourdough", PLENTY, "4.80"),
        _card("Vine tomatoes", FEW, "3.60", unit="kg"),
        _card(long_name, NONE, "12345.60", is_bought=False),
        _card("Not chosen where yet", None, "1.20", unit="100 g"),
        _card("Without a price", None, None),
    ]


def _card(title, availability, price, *, unit="", is_bought=True):
    price = price and Decimal(price)
    offer = availability and SimpleNamespace(
        is_offered=True,
        can_be_bought=is_bought,
        unit_price=price,
        currency="EUR",
        availability=availability,
    )
    product, page = SimpleNamespace(image=None), SimpleNamespace(title=title)
    lowest = None if offer else price
    return SimpleNamespace(
        page=page, product=product, url="#cards", unit=unit, offer=offer, lowest=lowest
    )


def _notices():
    return [
        Message(constants.INFO, "You were away for a while. Please log in again."),
        Message(constants.SUCCESS, "Your review is on its way to us."),
        Message(constants.ERROR, "Only 3 are left: take one less to go on."),
    ]
