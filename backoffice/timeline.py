"""Why a record's stock is what it is: its movements day by day, each with what caused it."""

from itertools import groupby

from django.db.models import Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.formats import staff
from backoffice.ledger import ICONS, change
from backoffice.site import site
from shop.inventory.models import Delivery, Movement, MovementKind, Stocktake, Transfer
from shop.locations.models import Location
from shop.order.models import Order

MOVEMENTS_A_PAGE = 50
# Whose number a movement's cause may be.
CAUSES = (Order, Transfer, Stocktake, Delivery)


def story_of(record, request):
    """The newest movements, or those before `?before=`, in days as the location counted them."""
    location = Location.objects.get(pk=record.partner_id)
    before = request.GET.get("before", "")
    shown, more = _page(record, before)
    return {
        "sum": _sum(record),
        "in_stock": record.product.format_steps(record.num_in_stock),
        "days": _days(shown, record.product, location, request),
        "earlier": shown[-1].pk if more else None,
        "is_newest": not before,
        "zone": location.timezone,
    }


def _page(record, before):
    movements = Movement.objects.of(record)
    if before.isdecimal():
        movements = movements.filter(pk__lt=before)
    found = list(movements[: MOVEMENTS_A_PAGE + 1])
    return found[:MOVEMENTS_A_PAGE], len(found) > MOVEMENTS_A_PAGE


def _days(movements, product, location, request):
    causes = _addresses({movement.cause for movement in movements if movement.cause}, request)
    told = [
        (movement.created_at.astimezone(location.zone), _told(movement, product, causes))
        for movement in movements
    ]
    return [
        {
            "title": date_format(day, "l, j F Y"),
            "movements": [facts | {"time": f"{moment:%H:%M}"} for moment, facts in of_day],
        }
        for day, of_day in groupby(told, key=lambda pair: pair[0].date())
    ]


def _sum(record):
    """All that ever came and went, by kind: what is in stock is their sum."""
    kinds = Movement.objects.filter(stockrecord=record).order_by("kind").values("kind")
    sums = kinds.annotate(steps=Sum("in_stock_change")).exclude(steps=0).order_by("-steps")
    return [
        {"kind": MovementKind(row["kind"]).label, "steps": change(row["steps"], record.product)}
        for row in sums
    ]


def _addresses(causes, request):
    """The pages of what caused it, by number, as far as the asker may open them."""
    found = {}
    for model in CAUSES:
        area = site.get_model_admin(model)
        if not area.has_view_permission(request):
            continue
        rows = area.get_queryset(request).filter(number__in=causes).values_list("number", "pk")
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        found |= {number: (model, reverse(name, args=[pk])) for number, pk in rows}
    return found


def _told(movement, product, causes):
    model, address = causes.get(movement.cause, (None, ""))
    return {
        "icon": ICONS.get(movement.kind, "sync_alt"),
        "tone": "good" if movement.in_stock_change > 0 else "bad" * (movement.in_stock_change < 0),
        "kind": movement.get_kind_display(),
        "in_stock": change(movement.in_stock_change, product),
        "reserved": change(movement.reserved_change, product),
        "in_stock_after": product.format_steps(movement.in_stock_after),
        "reserved_after": product.format_steps(movement.reserved_after),
        "cause": movement.cause,
        "address": address,
        "of": model._meta.verbose_name if model else _("for"),
        "reason": movement.reason,
        "actor": staff(movement.actor),
    }
