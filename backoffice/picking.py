"""What is printed to pack orders: what to fetch from which shelf, and a slip for each of them.

Neither says who an order is for: a bag is told by its number, and an address for a
parcel is looked at on the order's page, which is recorded.
"""

import re
from collections import defaultdict
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from backoffice.formats import at
from backoffice.order_bulk import MOST
from shop.countries import name_of
from shop.order.models import Fulfilment, Status


def addresses(admin):
    """Beside the orders' list, for the orders that one may see."""

    def pick_list(request):
        orders = _chosen(admin, request)
        context = {"places": _places(orders), "printed": timezone.now()}
        context["others"] = [order for order in orders if order.status != Status.PAID]
        return TemplateResponse(request, "backoffice/pick_list.html", context)

    def packing_slips(request):
        slips = [_slip(order) for order in _chosen(admin, request)]
        return TemplateResponse(request, "backoffice/packing_slips.html", {"slips": slips})

    return [
        _path(admin, "pick-list/", pick_list, "order_pick_list"),
        _path(admin, "packing-slips/", packing_slips, "order_packing_slips"),
    ]


def _path(admin, route, view, name):
    view = admin.admin_site.admin_view(never_cache(require_GET(view)))
    return path(route, view, name=name)


def _chosen(admin, request):
    if not admin.has_view_permission(request):
        raise PermissionDenied
    keys = request.GET.get("orders", "").split(",")[:MOST]
    chosen = [int(key) for key in keys if _is_key(key)]
    orders = admin.get_queryset(request).filter(pk__in=chosen).order_by("promised_at", "pk")
    orders = orders.select_related("location", "invoice").prefetch_related("lines__stockrecord")
    if not orders:
        raise Http404
    return orders


def _is_key(text):
    return text.isascii() and text.isdecimal() and len(text) < 19


def _places(orders):
    """For each location, along its shelves: the goods, how many of them, and for which order."""
    lines = [line for order in orders if order.status == Status.PAID for line in _goods(order)]
    names = {order.location_id: order.location_name for order in orders}
    lines.sort(key=lambda line: line.order.location_id)
    return [
        {"name": names[place], "rows": _rows(there)}
        for place, there in groupby(lines, lambda line: line.order.location_id)
    ]


def _rows(lines):
    by_record = defaultdict(list)
    for line in lines:
        by_record[line.stockrecord_id].append(line)
    return [_row(same) for same in sorted(by_record.values(), key=lambda same: _way(same[0]))]


def _row(same):
    first = same[0]
    return {
        "shelf": first.stockrecord.shelf,
        "title": first.title,
        "sku": first.upc or first.partner_sku,
        "quantity": first.label_of(sum(line.steps_left for line in same)),
        "orders": [(line.order.number, line.left_label) for line in same],
    }


def _way(line):
    """As one walks: A2 is before A10, and what has no shelf comes last."""
    shelf = line.stockrecord.shelf
    parts = [(part.isdecimal(), part.zfill(9)) for part in re.findall(r"\d+|\D+", shelf)]
    return not shelf, parts, line.title, line.pk


def _goods(order):
    return sorted((line for line in order.lines.all() if line.steps_left), key=_way)


def _slip(order):
    return {
        "order": order,
        "invoice": getattr(order, "invoice", None),
        "lines": _goods(order),
        "placed": at(order.date_placed, order.location),
        "promised": at(order.promised_at, order.location),
        "country": name_of(order.delivery_country) if order.delivery_country else "",
        "is_delivery": order.fulfilment == Fulfilment.DELIVERY,
    }
