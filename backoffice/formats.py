"""Money, times and badges as the back office writes them."""

from datetime import timedelta

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from shop.money import money

__all__ = ["ago", "at", "badge", "held", "linked", "money", "span", "staff", "utc"]

MINUTES_A_DAY = 24 * 60
A_MINUTE = timedelta(minutes=1)


def at(moment, location):
    """A moment as the clock at a location showed it: `21 Nov, 10:20`."""
    return f"{moment.astimezone(location.zone):%-d %b, %H:%M}" if moment else ""


def utc(moment):
    """For what belongs to no location."""
    return f"{moment:%-d %b, %H:%M} UTC"


def span(duration):
    """As much time as one says it: `25 min`, `1 h 10`, `2 d 3 h`."""
    minutes = int(duration.total_seconds() // 60)
    days, (hours, rest) = minutes // MINUTES_A_DAY, divmod(minutes % MINUTES_A_DAY, 60)
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
    return _("%(minutes)d min") % {"minutes": rest}


def ago(moment):
    """How long ago something was, or "never"."""
    if moment is None:
        return _("never")
    since = timezone.now() - moment
    return _("%s ago") % span(since) if since >= A_MINUTE else _("just now")


def badge(text, tone=""):
    """Tones: good, warn, bad, busy; none is neutral, and quiet is what a phone need not show."""
    return format_html('<span class="office-badge {}">{}</span>', tone, text)


def held(payment):
    """What the gateway took instead of the payment's own sum, or ""."""
    return money(payment.held_amount, payment.held_currency) if payment.held_amount else ""


def linked(address, text):
    return format_html('<a class="office-link" href="{}">{}</a>', address, text)


def staff(actor):
    """Who of the staff did it; a shopper who cancels an order stays unnamed."""
    return actor.get_username() if actor and actor.is_staff else ""
