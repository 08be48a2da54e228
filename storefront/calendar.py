"""An order as a date in a calendar: iCalendar, RFC 5545."""

from datetime import UTC, timedelta

from django.utils.translation import gettext as _

LASTS = timedelta(minutes=30)
# What a calendar program folds a line after, in bytes.
LONGEST = 74


def event_of(order, address):
    """The text of a file with one event: when, where, and the page that says the rest."""
    place = order.location
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Magpie//Orders//EN",
        "BEGIN:VEVENT",
        f"UID:{order.number}@magpie",
        f"DTSTAMP:{_moment(order.date_placed)}",
        f"DTSTART:{_moment(order.promised_at)}",
        f"DTEND:{_moment(order.promised_at + LASTS)}",
        f"SUMMARY:{_text(_('Collect order %(number)s') % {'number': order.number})}",
        f"LOCATION:{_text(f'{order.location_name}, {order.location_address}')}",
        *_where(place),
        f"URL:{address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _where(place):
    known = place.latitude is not None and place.longitude is not None
    return [f"GEO:{place.latitude};{place.longitude}"] if known else []


def _moment(moment):
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text):
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line):
    """No letter of several bytes is cut in two."""
    folded, length = "", 0
    for letter in line:
        size = len(letter.encode())
        if length + size > LONGEST:
            folded, length = f"{folded}\r\n ", 1
        folded, length = folded + letter, length + size
    return folded
