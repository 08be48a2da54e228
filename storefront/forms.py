from dataclasses import asdict

from django import forms
from django.core.validators import RegexValidator
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from shop.checkout.fulfilment import PICKUP, Delivery
from shop.checkout.place_order import ContactDetails, PaymentChoice
from shop.contacts.address import Address
from shop.order.models import Fulfilment
from shop.payment.offered import STRIPE, card_method
from storefront.cards import TEST_CARDS

PHONE = RegexValidator(r"^\+?[\d\s()./-]{6,}$", _("Type a phone number, such as +351 21 123 4567."))
POSTCODE = RegexValidator(r"^\w[\w -]{1,15}$", _("Type a postcode, such as 1100-042."))
# What a parcel needs. Nobody who collects is asked for it.
ADDRESS = {
    "line1": _("Type the street and the number."),
    "postcode": _("Type the postcode."),
    "city": _("Type the town or city."),
    "country": _("Choose a country."),
}
# A choice that changes the price is shown at once where there is JavaScript.
LOOK = {
    "hx-post": reverse_lazy("checkout"),
    "hx-vals": '{"look": "1"}',
    "hx-target": "#way",
    "hx-select": "#way",
    "hx-select-oob": "#summary,#pay,#agreement",
    "hx-swap": "outerHTML",
}


class TypedAtStripe(forms.CharField):
    """A card that was typed into Stripe's own form: we are sent what it is called there."""

    widget = forms.HiddenInput
    default_error_messages = {"required": _("Fill in your card.")}

    def __init__(self):
        super().__init__(label=_("Card"), max_length=64)


class CheckoutForm(forms.Form):
    """Whom an order is for, how it gets there and is paid; `agreement` names what is ordered."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Tell us whom it is for.")},
    )
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("For your order alone. Who of us looks it up says why, and you can read that."),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": _("Type your email address."),
            "invalid": _("This email address is not complete. It looks like name@example.com."),
        },
    )
    phone = forms.CharField(
        label=_("Phone (optional)"),
        help_text=_("If you would rather be called than written to."),
        max_length=32,
        required=False,
        validators=[PHONE],
        widget=forms.TextInput({"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )
    fulfilment = forms.ChoiceField(
        choices=Fulfilment.choices,
        initial=Fulfilment.PICKUP,
        required=False,
        widget=forms.RadioSelect(LOOK),
    )
    line1 = forms.CharField(
        label=_("Street and number"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "address-line1"}),
    )
    line2 = forms.CharField(
        label=_("Flat, floor, company (optional)"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "address-line2"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=16,
        required=False,
        validators=[POSTCODE],
        widget=forms.TextInput({"autocomplete": "postal-code"}),
    )
    city = forms.CharField(
        label=_("Town or city"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "address-level2"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        widget=forms.Select({"autocomplete": "country"} | LOOK),
        error_messages={"invalid_choice": _("Choose one of these countries.")},
    )
    method = forms.CharField(required=False, max_length=64)
    card = forms.ChoiceField(
        label=_("Test card"),
        choices=[(card.token, card) for card in TEST_CARDS],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a card to pay with."),
            "invalid_choice": _("Choose one of these cards."),
        },
    )

    def __init__(self, *args, countries=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries
        if card_method() == STRIPE:
            self.fields["card"] = TypedAtStripe()

    @classmethod
    def prefilled(cls, user, earlier=None, **kwargs):
        """The form as an account finds it, or a guest whose `earlier` contact came to nothing."""
        initial = {"card": TEST_CARDS[0].token}
        if earlier:
            initial |= {"name": earlier.name, "email": earlier.email, "phone": earlier.phone}
            initial |= _typed_address(earlier.postal_address)
        if user.is_authenticated:
            initial |= {"name": user.get_full_name(), "email": user.email}
        return cls(initial=initial, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if self.is_delivery and not self.fields["country"].choices:
            self.errors.pop("country", None)
            self.add_error("fulfilment", _("This can only be collected."))
        elif self.is_delivery:
            for name, missing in ADDRESS.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, missing)
        else:
            # What was typed before the shopper chose to collect keeps nobody from it.
            for name in ADDRESS:
                self.errors.pop(name, None)
        return cleaned

    @property
    def is_delivery(self):
        """Whether it is to be sent, as far as the form was filled in."""
        return self["fulfilment"].value() == Fulfilment.DELIVERY

    @property
    def chosen_fulfilment(self):
        return Delivery(self.cleaned_data["method"]) if self.is_delivery else PICKUP

    @property
    def way(self):
        """How it is to be sent, as `storefront.sending` writes it."""
        typed = self.cleaned_data
        return f"{typed['country']}:{typed['method']}" if self.is_delivery else ""

    @property
    def contact(self):
        typed = self.cleaned_data
        return ContactDetails(
            name=typed["name"],
            email=typed["email"],
            phone=typed["phone"],
            address=self._address if self.is_delivery else None,
        )

    @property
    def _address(self):
        return Address(**{name: self.cleaned_data[name] for name in (*ADDRESS, "line2")})

    @property
    def payment(self):
        return PaymentChoice(method=card_method(), token=self.cleaned_data["card"])


def _typed_address(address):
    """The fields of an address, for one that was to be sent."""
    return {"fulfilment": Fulfilment.DELIVERY, **asdict(address)} if address else {}


class PasswordForm(forms.Form):
    """Asks once more who somebody is, before their data or their account goes."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        strip=False,
        error_messages={"required": _("Type your password.")},
    )

    def __init__(self, user, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]
