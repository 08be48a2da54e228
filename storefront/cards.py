"""The simulated gateway's test cards, as a checkout offers them."""

from django.utils.translation import gettext_lazy as _


class CardChoice:
    """A test card. It pays by its token: its number is for the page alone, and never sent."""

    def __init__(self, token, brand, number, outcome):
        self.token, self.brand = token, brand
        self.number, self.outcome = number, outcome

    @property
    def last_digits(self):
        return self.number[-4:]

    def __str__(self):
        return _("%(brand)s ending in %(digits)s: %(outcome)s") % {
            "brand": self.brand,
            "digits": self.last_digits,
            "outcome": self.outcome,
        }


TEST_CARDS = [
    CardChoice("sim_ok", "Visa", "4242 4242 4242 4242", _("is accepted")),
    CardChoice("sim_requires_action", "Visa", "4000 0000 0000 3220", _("asks you to confirm")),
    CardChoice("sim_declined", "Visa", "4000 0000 0000 0002", _("is declined")),
    CardChoice(
        "sim_insufficient_funds", "Mastercard", "5200 0000 0000 9995", _("has too little money")
    ),
]
