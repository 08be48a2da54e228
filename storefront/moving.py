"""What moving a basket to another location did to it, in one sentence a line."""

from django.contrib import messages
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from shop.basket.contents import BasketRefused
from shop.basket.moving import move
from shop.money import money

SHOWN_AT_ONCE = 6


def move_and_say(request, location):
    """Move the request's basket, and leave a message for the next page; False if it cannot."""
    try:
        changes = move(request.basket, location)
    except BasketRefused as refusal:
        messages.error(request, str(refusal))
        return False
    if changes:
        messages.warning(request, _told(changes, location))
    return True


def _told(changes, location):
    # What is gone first, what only costs another price last.
    changes = sorted(changes, key=lambda c: (not c.is_missing, not c.is_short))
    sentences = [sentence_of(change, location) for change in changes]
    told = {"first": sentences[:SHOWN_AT_ONCE], "rest": sentences[SHOWN_AT_ONCE:]}
    return render_to_string("storefront/parts/moved.html", told | {"location": location})


def sentence_of(change, location):
    values = {"product": change.product.title, "location": location.name}
    values |= {"places": said_places(change.elsewhere)}
    if change.is_missing and change.elsewhere:
        return _("%(product)s: not sold here, so it left your basket; %(places)s has it.") % values
    if change.is_missing:
        return _("%(product)s: not sold here, so it left your basket.") % values
    if change.is_short:
        return _short(change, values)
    values |= {"before": _price(change.before), "now": _price(change.now)}
    return _("%(product)s: %(now)s here instead of %(before)s.") % values


def _short(change, values):
    values = values | {"left": change.product.format_steps(max(change.left, 0))}
    if change.left <= 0 and change.elsewhere:
        return _("%(product)s: sold out here; %(places)s has enough.") % values
    if change.left <= 0:
        return _("%(product)s: sold out here.") % values
    if change.elsewhere:
        return _("%(product)s: only %(left)s here; %(places)s has enough.") % values
    return _("%(product)s: only %(left)s here.") % values


def said_places(places):
    """`Magpie Porto`, or `Magpie Porto or Magpie Ruzafa`."""
    return _(" or ").join(place.name for place in places)


def _price(price):
    return money(price.amount, price.currency)
