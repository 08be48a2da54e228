"""What a promo code gives, for what and where: checked, and said in one sentence."""

from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.money import money

MOST = Decimal("9999999999.99")
NAMES_SHOWN = 3


class Kind(models.TextChoices):
    PERCENT = "percent", gettext_lazy("percent off")
    FIXED = "fixed", gettext_lazy("an amount off")


@dataclass(frozen=True)
class Terms:
    """What a promo code gives, from which total on. Amounts are in the code's currency.

    Without categories and products it is for everything, without locations for
    everywhere; what lies below a category counts as in it. The total is that of the
    goods that it is for.
    """

    kind: Kind
    value: Decimal
    min_total: Decimal | None = None
    categories: tuple = ()
    products: tuple = ()
    locations: tuple = ()
    combinable: bool = False

    def __str__(self):
        return self.sentence()

    def sentence(self, currency=""):
        """`10 % off Fruit at Magpie Graça, for 20 or more of it`."""
        gift = self._gift(currency)
        least = self.min_total and _amount(self.min_total, currency)
        goods = names_of(self.categories + self.products)
        if goods:
            sentence = _("%(gift)s %(goods)s") % {"gift": gift, "goods": goods}
        elif least:
            sentence = _("%(gift)s orders of %(total)s or more") % {"gift": gift, "total": least}
        else:
            sentence = _("%(gift)s any order") % {"gift": gift}
        if self.locations:
            places = names_of(self.locations)
            sentence = _("%(sentence)s at %(places)s") % {"sentence": sentence, "places": places}
        if goods and least:
            values = {"sentence": sentence, "total": least}
            sentence = _("%(sentence)s, for %(total)s or more of it") % values
        return sentence

    def _gift(self, currency):
        if self.kind == Kind.PERCENT:
            return _("%(value)s %% off") % {"value": _amount(self.value)}
        return _("%(value)s off") % {"value": _amount(self.value, currency)}

    def check(self, currency=""):
        """Raises `ValidationError`, by field, for terms that make no sense."""
        faults = {"value": _fault_of(self.value)}
        if self.min_total is not None:
            faults["min_total"] = _fault_of(self.min_total)
        if self.kind == Kind.PERCENT and not faults["value"] and self.value > 100:
            faults["value"] = _("No more than 100 % can be taken off.")
        elsewhere = [place for place in self.locations if currency not in ("", place.currency)]
        if elsewhere:
            values = {"places": names_of(elsewhere), "currency": currency}
            faults["locations"] = _("%(places)s: not sold in %(currency)s there.") % values
        if found := {field: fault for field, fault in faults.items() if fault}:
            raise ValidationError(found)


def in_words(voucher, terms):
    """All that a code does: `5 off any order, once a shopper, until 31 December 2026`.

    What is not decided yet, in a form that is being filled in, is left out.
    """
    said = [terms.sentence(voucher.currency), *_limits(voucher)]
    if terms.combinable:
        said.append(_("together with other codes"))
    return ", ".join([*said, *_dates(voucher)])


def _dates(voucher):
    """In UTC. A beginning that is over says nothing any more."""
    starts, ends = voucher.start_datetime, voucher.end_datetime
    if starts and starts > timezone.now():
        yield _("from %(when)s") % {"when": _moment(starts)}
    if ends:
        yield _("until %(when)s") % {"when": _moment(ends)}


def _moment(moment):
    """`31 December 2026`, with the time of day where the day does not begin or end with it."""
    moment = moment.astimezone(UTC)
    day, time = f"{moment:%-d %B %Y}", f"{moment:%H:%M}"
    return day if time == "23:59" else f"{day}, {time} UTC"


def names_of(things):
    """`Fruit, Bread and Jelly`; what is beyond the first few is counted."""
    names = [str(thing) for thing in things[:NAMES_SHOWN]]
    if len(things) > NAMES_SHOWN:
        names.append(_("%(n)d more") % {"n": len(things) - NAMES_SHOWN})
    return get_text_list(names, _("and"))


def _limits(voucher):
    if most := voucher.max_uses:
        yield ngettext("once in all", "%(n)d times in all", most) % {"n": most}
    if most := voucher.max_uses_per_user:
        yield ngettext("once a shopper", "%(n)d times a shopper", most) % {"n": most}
    if most := voucher.max_uses_per_contact:
        yield ngettext("once an email address", "%(n)d times an email address", most) % {"n": most}


def _fault_of(amount):
    if not amount.is_finite() or amount <= 0:
        return _("It must be more than nothing.")
    if amount != round(amount, 2):
        return _("No more than two decimals.")
    return _("That is too much.") if amount > MOST else ""


def _amount(amount, currency=""):
    return money(amount, currency) if currency else f"{amount:.2f}".removesuffix(".00")
