"""What Ctrl-K finds: pages, deeds, goods, orders by number, codes and locations.

Only what somebody may open, and only their own rows. A shopper is never looked for here,
nor is a pickup code: those are for the counter, which counts who guesses.
"""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.dataclasses import SearchResult

from backoffice import navigation
from shop.catalogue.models import Product
from shop.codes import as_typed
from shop.locations.models import Location
from shop.order.models import Order
from shop.voucher.models import Voucher

# Of each kind; who wants more has the lists.
MOST = 6
LONGEST_TERM = 64
# What one does: text, other words for it, icon, address, query, permission.
DEEDS = [
    (
        gettext_lazy("Make orders ready"),
        "pack prepare",
        "inventory",
        "admin:order_order_changelist",
        "?status__exact=paid",
        "order.change_order",
    ),
    (
        gettext_lazy("Hand an order over"),
        "scan collect pickup",
        "qr_code_scanner",
        "pickup_counter",
        "",
        "pickup.change_pickupcode",
    ),
    (
        gettext_lazy("Receive a delivery"),
        "goods in stock",
        "add_box",
        "admin:inventory_delivery_add",
        "",
        "inventory.add_delivery",
    ),
    (
        gettext_lazy("Begin a stocktake"),
        "count inventory",
        "checklist",
        "admin:inventory_stocktake_add",
        "",
        "inventory.add_stocktake",
    ),
    (
        gettext_lazy("Add a product"),
        "new",
        "nutrition",
        "admin:catalogue_product_add",
        "",
        "catalogue.add_product",
    ),
    (
        gettext_lazy("Make a promo code"),
        "new voucher discount",
        "sell",
        "admin:voucher_voucher_add",
        "",
        "voucher.add_voucher",
    ),
    (
        gettext_lazy("Look over the rules"),
        "reconcile health",
        "rule",
        "health",
        "",
        "reconciliation.add_reconcilerun",
    ),
]


def find(site, request, typed):
    """Results for what was typed, the likeliest kinds first."""
    term = typed.strip()[:LONGEST_TERM]
    if not term:
        return []
    found = [*_deeds(request.user, term), *_pages(request, term)]
    for search in (_orders, _products, _codes, _locations):
        found += search(site, request, term)
    return found


def _fits(term, *texts):
    """Every word that was typed begins a word of it."""
    words = " ".join(str(text) for text in texts).lower().split()
    return all(any(word.startswith(part) for word in words) for part in term.lower().split())


def _deeds(user, term):
    return [
        SearchResult(text, _("do"), reverse(name) + query, icon)
        for text, others, icon, name, query, permission in DEEDS
        if user.has_perm(permission) and _fits(term, text, others)
    ]


def _pages(request, term):
    return [
        SearchResult(item["title"], area["title"], item["link"], item["icon"])
        for area in navigation.sidebar(request)
        for item in area["items"]
        if _fits(term, item["title"], area["title"])
    ]


def _rows(site, request, model):
    """One's own rows of a list, or none of a list that one may not open."""
    admin = site.get_model_admin(model)
    if not admin.has_view_permission(request):
        return None
    return admin.visible_to(request.user, model._default_manager.all())


def _orders(site, request, term):
    rows, number = _rows(site, request, Order), as_typed(term)
    if rows is None or not number:
        return []
    found = rows.filter(number__startswith=number).order_by("number")[:MOST]
    return [
        _result(
            order,
            order.number,
            f"{order.get_status_display()} · {order.location_name}",
            "receipt_long",
        )
        for order in found
    ]


def _products(site, request, term):
    rows = _rows(site, request, Product)
    if rows is None:
        return []
    found = rows.filter(Q(upc__istartswith=term) | Q(title__icontains=term)).order_by()[:MOST]
    return [_result(product, product.title, product.sku, "nutrition") for product in found]


def _codes(site, request, term):
    rows = _rows(site, request, Voucher)
    if rows is None:
        return []
    found = rows.filter(code__startswith=term.upper()).order_by("code")[:MOST]
    return [_result(code, code.code, code.name, "sell") for code in found]


def _locations(site, request, term):
    rows = _rows(site, request, Location)
    if rows is None:
        return []
    found = rows.filter(Q(name__icontains=term) | Q(city__istartswith=term)).order_by("name")
    return [_result(place, place.name, place.city, "storefront") for place in found[:MOST]]


def _result(row, title, description, icon):
    opts = row._meta
    link = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    return SearchResult(title, description, link, icon)
