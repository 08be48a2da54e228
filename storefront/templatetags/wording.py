"""Quantities, rates and moments as a shopper reads them."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.catalogue.units import plain

register = template.Library()


register.filter(plain)


@register.filter
def steps(line):
    """A basket line's quantity with its unit."""
    return line.product.format_steps(line.quantity)


@register.filter
def when(moment, location):
    """A moment in a location's own time: `today 15:20`, `Tuesday 24 November, 9:30`."""
    local = moment.astimezone(location.zone)
    today = timezone.now().astimezone(location.zone).date()
    values = {"time": date_format(local, "H:i"), "day": date_format(local, "l j F")}
    if local.date() == today:
        return _("today %(time)s") % values
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % values
    return _("%(day)s, %(time)s") % values


@register.filter
def as_percent(rate):
    """`23 %` from 0.23, `5.5 %` from 0.055."""
    return f"{plain(rate * 100)} %"
