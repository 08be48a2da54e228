"""What a stocktake's page tells: what is to be counted, and the differences to be booked."""

from django.core.paginator import Paginator

from backoffice.formats import at, staff
from backoffice.typed import typed_steps
from shop.catalogue.units import plain
from shop.inventory import stocktakes

COUNTS_A_PAGE = 100


def facts(stocktake):
    """The head of either page."""
    counts = stocktake.counts
    return {
        "title": stocktake.number,
        "stocktake": stocktake,
        "begun": at(stocktake.begun_at, stocktake.location),
        "begun_by": staff(stocktake.begun_by),
        "closed": at(stocktake.closed_at, stocktake.location),
        "closed_by": staff(stocktake.closed_by),
        "of": counts.count(),
        "left": counts.filter(counted=None).count(),
    }


def to_count(stocktake, asked, typed):
    """One page of the shelves, as somebody walks along them; what was `typed` is kept."""
    rows = counts_of(stocktake)
    if "left" in asked:
        rows = rows.filter(counted=None)
    page = Paginator(rows, COUNTS_A_PAGE).get_page(asked.get("p"))
    return {
        "page": page,
        "counts": [_shown(count, typed) for count in page],
        "only_left": "left" in asked,
    }


def differences(stocktake):
    """What closing would book, and what it was looked at as."""
    rows = [count for count in counts_of(stocktake).exclude(counted=None) if count.difference]
    return {
        "differences": [_shown(count, {}) for count in rows],
        "seen": stocktakes.standing(stocktake),
    }


def counts_of(stocktake):
    counts = stocktake.counts.select_related("stockrecord__product", "counted_by")
    return counts.order_by("stockrecord__shelf", "stockrecord__product__title", "pk")


def typed(form, stocktake):
    """What was typed, as steps by record; an emptied field takes its count back. Raises `NotTyped`.

    A field that was left as it was shown says nothing: a colleague who counts
    the same shelves at the same time keeps what they wrote down.
    """
    named = [name.removeprefix("counted-") for name in form if name.startswith("counted-")]
    keys = [int(key) for key in named if key.isdecimal()]
    found = {}
    for count in counts_of(stocktake).filter(pk__in=keys):
        text = form.get(f"counted-{count.pk}", "")
        if text != form.get(f"shown-{count.pk}", ""):
            product = count.stockrecord.product
            found[count.stockrecord_id] = typed_steps(text, product) if text.strip() else None
    return found


def scanned(count):
    """What a scanner's beep came to."""
    product = count.stockrecord.product
    return {
        "key": count.pk,
        "title": product.title,
        "sku": product.sku,
        "counted": product.format_steps(count.counted),
        "typed": plain(product.quantity(count.counted)),
    }


def _shown(count, typed):
    product = count.stockrecord.product
    entered = count.counted is not None
    written = plain(product.quantity(count.counted)) if entered else ""
    more = entered and count.difference > 0
    return {
        "pk": count.pk,
        "product": product,
        "record": count.stockrecord,
        "shelf": count.stockrecord.shelf,
        "unit": "" if product.unit == "piece" else product.get_unit_display(),
        "shown": written,
        "typed": typed.get(f"counted-{count.pk}", written),
        "counted": product.format_steps(count.counted) if entered else "",
        "then": product.format_steps(count.in_stock_then) if entered else "",
        "difference": _signed(count, product) if entered and count.difference else "",
        "tone": "good" if more else "bad",
        "counted_by": staff(count.counted_by),
    }


def _signed(count, product):
    sign = "+" if count.difference > 0 else "\N{MINUS SIGN}"
    return f"{sign}{product.format_steps(abs(count.difference))}"
