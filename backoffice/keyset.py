"""Pages of a long list that begin behind a row: the thousandth costs what the first one does."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class Page:
    """`before` and `after` are the keys that the pages beside it are asked for by."""

    rows: list
    before: int | None
    after: int | None


def page_of(rows, asked, *, field, size):
    """The rows in the order of a field that stand behind `?after=`, or in front of `?before=`."""
    backwards = "before" in asked
    mark = _mark(rows.model, asked.get("before" if backwards else "after", ""))
    sign = "-" if backwards else ""
    ordered = rows.order_by(f"{sign}{field}", f"{sign}pk")
    if mark:
        ordered = ordered.filter(_beyond(mark, field, backwards))
    found = list(ordered[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    earlier, later = (more, bool(mark)) if backwards else (bool(mark), more)
    return Page(
        found,
        before=found[0].pk if found and earlier else None,
        after=found[-1].pk if found and later else None,
    )


def _mark(model, key):
    return model.objects.filter(pk=key).first() if key.isdecimal() else None


def _beyond(mark, field, backwards):
    """The first condition lets an index on the field find the place; the second is exact."""
    side, value = "lt" if backwards else "gt", getattr(mark, field)
    further = Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"pk__{side}": mark.pk})
    return Q(**{f"{field}__{side}e": value}) & further
