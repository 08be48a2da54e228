"""Which of a file's columns is which of ours: guessed, remembered, and told by whoever knows."""

import re
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from shop.imports.cells import as_meant
from shop.imports.models import Stage
from shop.imports.sheets import SHEETS

# What other shops and tables call our columns, in small letters and without signs.
KNOWN_AS = {
    "SKU": ("upc", "variant sku", "stockcode", "stock code", "product sku", "article", "isbn"),
    "Name": ("title", "product title", "product name", "description"),
    "Description": ("body html", "long description", "product description"),
    "Categories": ("category", "product category", "type", "product type"),
    "Unit": ("unit of measure",),
    "Step": ("sold in steps of",),
    "Weight (g)": ("variant grams", "grams", "weight"),
    "Shown": ("published", "status", "is public", "visible"),
    "Location": ("location code", "partner", "warehouse", "branch"),
    "Price": ("variant price", "unitprice", "unit price", "retail price"),
    "In stock": ("variant inventory qty", "stock", "on hand", "num in stock", "available", "qty"),
    "Shelf": ("bin", "bin name"),
    "Low below": ("low stock threshold", "reorder point"),
    "Currency": ("price currency", "currency code"),
    "Code": ("promo code", "voucher code", "coupon", "discount code"),
    "Takes": ("kind", "discount type"),
    "How much": ("value", "amount", "discount"),
    "Valid from (UTC)": ("valid from", "starts", "start date"),
    "Valid until (UTC)": ("valid until", "ends", "end date", "expires"),
    "Uses in total": ("max uses", "usage limit"),
    "Uses by one shopper": ("max uses per user",),
    "With other codes": ("combinable",),
}
# Tables without a row of names: how many columns, and what is in them.
NAMELESS = {
    9: ["", "Categories", "SKU", "Name", "Description", "Location", "", "Price", "In stock"],
}


class CannotMatch(Exception):
    """A matching that leaves out what is needed; `str()` says what."""


def guess(kind, columns, has_header):
    """Our column -> the place of theirs, for what can be told."""
    wanted = SHEETS[kind].columns()
    if not has_header:
        return _by_place(wanted, columns)
    theirs = [_plain(name) for name in columns]
    matching = {}
    for ours in wanted:
        for name in (_plain(ours), *KNOWN_AS.get(ours, ())):
            place = _free(theirs, name, matching.values())
            if place is not None:
                matching[ours] = place
                break
    return matching


def remembered(an_import):
    """How the last file with the same columns was matched, if there was one."""
    alike = type(an_import).objects.filter(
        kind=an_import.kind, columns=an_import.columns, has_header=an_import.has_header
    )
    last = alike.exclude(mapping={}).exclude(pk=an_import.pk).order_by("-pk").first()
    return last.mapping if last else None


def values_of(mapping, columns, cells):
    """A row by our columns, from the cells of theirs."""
    return {
        ours: _told(columns[place], cells[place] if place < len(cells) else "")
        for ours, place in mapping.items()
    }


def check(an_import, mapping, location):
    """Raises `CannotMatch`, in words for whoever matched."""
    sheet = SHEETS[an_import.kind]
    missing = [key for key in sheet.keys if key not in mapping]
    if missing == ["Location"] and location:
        missing = []
    if "Location" in missing:
        raise CannotMatch(_("Say which column names the location, or choose one for all rows."))
    if missing:
        raise CannotMatch(_("Say which column holds the %(name)s.") % {"name": missing[0]})
    if len(mapping) == len([key for key in sheet.keys if key in mapping]):
        raise CannotMatch(_("Choose at least one more column to take over."))
    if an_import.stage != Stage.MATCHING:
        raise CannotMatch(_("This file is not waiting for its columns any more."))


def _told(column, cell):
    cell = as_meant(cell)
    return _without_tags(cell) if "html" in column.lower() else cell


def _without_tags(text):
    """What other shops keep as HTML is plain text here."""
    text = re.sub(r"(?i)<(br|/p|/div|/li|/h[1-6])\b[^>]*>", "\n", text)
    return unescape(strip_tags(text)).strip()


def _plain(name):
    return " ".join(re.findall(r"\w+", name.lower().replace("_", " ")))


def _free(theirs, name, taken):
    places = [place for place, theirs_ in enumerate(theirs) if theirs_ == name]
    return next((place for place in places if place not in taken), None)


def _by_place(wanted, columns):
    layout = NAMELESS.get(len(columns), [])
    return {ours: place for place, ours in enumerate(layout) if ours in wanted}
