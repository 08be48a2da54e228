"""Amounts, moments and looks, as letters show them."""

from django import template
from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from shop.catalogue.units import plain
from shop.mail.looks import LOOKS
from shop.money import money

register = template.Library()

register.filter(money)


@register.filter
def moment(when, location):
    """A moment in a location's own time, as true tomorrow as today: a letter is read later."""
    local = when.astimezone(location.zone)
    values = {"day": date_format(local, "l j F"), "time": date_format(local, "H:i")}
    return _("%(day)s, %(time)s") % values


@register.filter
def percentages(rates):
    """`23 %`, or `6 %, 23 %`."""
    return ", ".join(f"{plain(rate * 100)} %" for rate in rates)


@register.filter
def isolated(name):
    """A name in plain text whose direction of writing turns nothing around it."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


@register.simple_tag
def shop_name():
    return settings.OSCAR_SHOP_NAME


@register.simple_tag
def shop_address():
    return settings.SITE_URL.rstrip("/")


@register.simple_tag
def look(name):
    """How an element looks, in itself: many mail programs read no style sheet.

    Its class is what the layout's style sheet changes in the dark.
    """
    return format_html('class="{}" style="{}"', name, mark_safe(LOOKS[name]))  # noqa: S308 - ours
