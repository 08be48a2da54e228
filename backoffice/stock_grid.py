"""Stock as a grid: products down, locations across, each number put right where it stands."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice import pictures
from backoffice.grid_filters import GridFilters
from backoffice.keyset import page_of
from backoffice.site import site
from backoffice.typed import NotTyped, typed_change
from shop.catalogue.models import Product
from shop.catalogue.units import plain
from shop.inventory import stock
from shop.inventory.quantities import NotAQuantity
from shop.locations.models import Location
from shop.partner.models import OVERSUPPLIED_TIMES, StockRecord

PRODUCTS_A_PAGE = 30
LONGEST_REASON = 200


@dataclass(frozen=True)
class Cell:
    """A product at a location; no record where it is not offered."""

    product: Product
    location: Location
    record: StockRecord | None

    @property
    def in_stock(self):
        return self.product.format_steps(self.record.num_in_stock)

    @property
    def typed(self):
        """The number alone, as somebody would type it."""
        return plain(self.product.quantity(self.record.num_in_stock))

    @property
    def free(self):
        return self.product.format_steps(self.record.net_stock_level)

    @property
    def reserved(self):
        return self.product.format_steps(self.record.num_allocated)

    @property
    def level(self):
        """The one that somebody should do something about: `out`, `low` or none."""
        if not self.record.net_stock_level:
            return "out"
        return "low" if self.record.is_below_threshold else ""


def stock_grid(request):
    stock_admin = site.get_model_admin(StockRecord)
    if not stock_admin.has_view_permission(request):
        raise PermissionDenied
    filters = GridFilters(request.GET, request.user)
    records = stock_admin.get_queryset(request)
    page = _page(request, filters, records)
    context = {
        "title": _("Stock"),
        "filters": filters,
        "page": page,
        "rows": [_row(product, filters.columns) for product in page.rows],
        "may_change": stock_admin.has_change_permission(request),
        "may_add": stock_admin.has_add_permission(request),
        "times": OVERSUPPLIED_TIMES,
        "is_fullwidth": "1",
    }
    return render(request, "backoffice/grid.html", site.each_context(request) | context)


def _page(request, filters, records):
    products = filters.narrowed(Product.objects.visible_to(request.user), records)
    here = records.filter(partner__in=[location.pk for location in filters.columns])
    products = products.prefetch_related(
        pictures.prefetched(),
        Prefetch("stockrecords", here.select_related(None), to_attr="offers"),
    )
    return page_of(products, request.GET, field="title", size=PRODUCTS_A_PAGE)


def _row(product, locations):
    offers = {record.partner_id: record for record in product.offers}
    return {
        "product": product,
        "thumbnail": pictures.thumbnail(product),
        "cells": [Cell(product, location, offers.get(location.pk)) for location in locations],
    }


@require_POST
def put_right(request, record_id):
    """Answers with the cell as it is now, and, when nothing was booked, why not."""
    stock_admin = site.get_model_admin(StockRecord)
    record = stock_admin.row(request, record_id)
    if not stock_admin.has_change_permission(request, record):
        raise PermissionDenied
    said = _adjust(request, record, stock_admin)
    record.refresh_from_db(fields=["num_in_stock", "num_allocated"])
    cell = Cell(record.product, record.partner, record)
    context = {"cell": cell, "may_change": True}
    html = render_to_string("backoffice/grid_cell.html", context, request)
    return JsonResponse({"cell": html, "said": said}, status=409 if said else 200)


def _adjust(request, record, stock_admin):
    """Book what was typed; returns why it was refused, if it was."""
    typed, reason = request.POST.get("typed", ""), request.POST.get("reason", "").strip()
    try:
        seen = int(request.POST.get("seen", ""))
        change = typed_change(typed, record.product, seen)
        if not change:
            return ""
        if not reason:
            return _("Say why: the ledger keeps it.")
        stock.adjust(record, change, reason=reason[:LONGEST_REASON], actor=request.user, seen=seen)
    except stock.ChangedMeanwhile as now:
        said = _("It is %(now)s by now. Press Enter once more if what you typed still holds.")
        return said % {"now": record.product.format_steps(now.in_stock)}
    except stock.OutOfStock:
        record.refresh_from_db(fields=["num_allocated"])
        said = _("%(reserved)s is reserved for orders: it cannot be less than that.")
        return said % {"reserved": record.product.format_steps(record.num_allocated)}
    except (NotTyped, NotAQuantity, ValueError) as refusal:
        return str(refusal)
    stock_admin.log_change(request, record, f"{_('adjusted')}: {change:+d}")
    return ""
