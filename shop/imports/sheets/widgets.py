"""How each kind of cell is read and written. What one writes, it reads back as the same."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from shop.catalogue.units import plain

# Far more digits than anything here has, and few enough to reckon with.
NUMBER = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,10})?|\.[0-9]{1,10})")
YES = {"yes", "y", "true", "1", "x", "active", "ja", "oui", "sí", "sim"}
NO = {"no", "n", "false", "0", "draft", "archived", "nein", "non", "não"}


class TextWidget(Widget):
    def __init__(self, most=None, needed=False):
        self.most, self.needed = most, needed
        super().__init__()

    def clean(self, value, row=None, **kwargs):
        if self.needed and not value.strip():
            raise ValueError(_("It is missing."))
        if self.most and len(value) > self.most:
            raise ValueError(_("No more than %(n)d letters.") % {"n": self.most})
        return value

    def render(self, value, obj=None, **kwargs):
        return value or ""


class NumberWidget(Widget):
    """A number of no more decimals than `places`; `4,20` is one as much as `4.20`."""

    def __init__(self, places=0, least=Decimal(0), most=Decimal("9999999999.99")):
        self.places, self.least, self.most = places, least, most
        super().__init__()

    def clean(self, value, row=None, **kwargs):
        if not value.strip():
            return None
        number = number_in(value)
        if round(number, self.places) != number:
            raise ValueError(_("No more than %(n)d decimals.") % {"n": self.places})
        if number < self.least:
            raise ValueError(_("It cannot be below %(n)s.") % {"n": plain(self.least)})
        if number > self.most:
            raise ValueError(_("That is too much."))
        return number

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else plain(Decimal(value))


class MoneyWidget(NumberWidget):
    def __init__(self):
        super().__init__(places=2)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else f"{value:.2f}"


class YesNoWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        word = value.strip().lower()
        if not word:
            return None
        if word not in YES | NO:
            raise ValueError(_("It is yes or no."))
        return word in YES

    def render(self, value, obj=None, **kwargs):
        return "yes" if value else "no"


class ChoiceWidget(Widget):
    """One of a `TextChoices`, by its value or its label."""

    def __init__(self, choices):
        self.choices = choices
        super().__init__()

    def clean(self, value, row=None, **kwargs):
        word = value.strip().lower()
        if not word:
            return None
        for choice in self.choices:
            if word in (choice.value, str(choice.label).lower()):
                return choice.value
        known = ", ".join(self.choices.values)
        raise ValueError(_("It is one of: %(known)s.") % {"known": known})


class MomentWidget(Widget):
    """A moment in UTC, to the minute where it has no more: `2026-11-25 10:00`."""

    def clean(self, value, row=None, **kwargs):
        if not value.strip():
            raise ValueError(_("It is missing."))
        try:
            moment = parse_datetime(value.strip()) or datetime.fromisoformat(value.strip())
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise ValueError(_("Write it as in 2026-11-25 10:00.")) from None

    def render(self, value, obj=None, **kwargs):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if value else ""


class ListWidget(Widget):
    """Several things by name: `Fruit > Apples | Gifts`."""

    def clean(self, value, row=None, **kwargs):
        names = dict.fromkeys(name.strip() for name in value.split("|"))
        return tuple(name for name in names if name)

    def render(self, value, obj=None, **kwargs):
        return " | ".join(value or ())


def number_in(text):
    """The number that somebody typed, whichever way they part thousands. Raises `ValueError`."""
    typed = text.strip().replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace("'", "")
    if "," in typed and "." in typed:
        thousands = "," if typed.rindex(".") > typed.rindex(",") else "."
        typed = typed.replace(thousands, "")
    typed = typed.replace(",", ".")
    if not NUMBER.fullmatch(typed):
        raise ValueError(_("It is not a number."))
    return Decimal(typed)
