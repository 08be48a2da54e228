from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from shop.checkout.place_order import ContactDetails, PaymentChoice

PHONE = RegexValidator(r"^\+?[\d\s()./-]{6,}$", _("Type a phone number, such as +351 21 123 4567."))


class CardChoice:
    """A test card of the simulated gateway. No card data exists, so none is sent."""

    def __init__(self, token, brand, last_digits, outcome):
        self.token, self.brand = token, brand
        self.last_digits, self.outcome = last_digits, outcome

    def __str__(self):
        return _("%(brand)s ending in %(digits)s: %(outcome)s") % {
            "brand": self.brand,
            "digits": self.last_digits,
            "outcome": self.outcome,
        }


TEST_CARDS = [
    CardChoice("sim_ok", "Visa", "4242", _("is accepted")),
    CardChoice("sim_requires_action", "Visa", "3220", _("asks you to confirm")),
    CardChoice("sim_declined", "Visa", "0002", _("is declined")),
    CardChoice("sim_insufficient_funds", "Mastercard", "9995", _("has too little money")),
]


class CheckoutForm(forms.Form):
    """Whom an order is for and how it is paid; `agreement` names what is ordered."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Tell us who will collect.")},
    )
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("For your order alone. The shop's staff do not see it."),
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
    card = forms.ChoiceField(
        label=_("Test card"),
        choices=[(card.token, card) for card in TEST_CARDS],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a card to pay with."),
            "invalid_choice": _("Choose one of these cards."),
        },
    )

    @classmethod
    def prefilled(cls, user, earlier=None):
        """The form as an account finds it, or a guest whose `earlier` contact came to nothing."""
        initial = {"card": TEST_CARDS[0].token}
        if earlier:
            initial |= {"name": earlier.name, "email": earlier.email, "phone": earlier.phone}
        if user.is_authenticated:
            initial |= {"name": user.get_full_name(), "email": user.email}
        return cls(initial=initial)

    @property
    def contact(self):
        return ContactDetails(
            name=self.cleaned_data["name"],
            email=self.cleaned_data["email"],
            phone=self.cleaned_data["phone"],
        )

    @property
    def payment(self):
        return PaymentChoice(method="simulated", token=self.cleaned_data["card"])
