"""Every address of the back office, read off its own list of them, with a place's rows in it."""

import re
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver, reverse

from backoffice.site import site
from backoffice.tests.safety.furnished import rows_of

ARGUMENTS = re.compile(r"\(\?P<(\w+)>|<(?:\w+:)?(\w+)>")
# Django's own, or everybody's: to come in, to go out, one's own password.
DOORS = {"login", "logout", "password_change", "password_change_done", "jsi18n", "join"}
AUTOCOMPLETES = [("partner", "stockrecord", "product"), ("locations", "location", "users")]

ENDINGS = ("_changelist", "_add", "_change", "_delete", "_history", "_export", "_forget_view")
POSTED = ("_views", "_forget_view", "_preview")
# What leads elsewhere, what is printed or downloaded, and what reads a form.
PAGES = {
    *("pickup_counter", "stock_grid", "suggest_stock", "admin:index", "admin:search"),
    *("admin:autocomplete", "admin:view_on_site", "admin:app_list"),
    *("admin:imports_import_refused", "admin:order_invoice_pdf", "admin:credit_note_pdf"),
    *("admin:order_pick_list", "admin:order_packing_slips", "admin:customer_user_invite"),
    *("admin:partner_stockrecord_bring_rows", "admin:catalogue_product_bring_rows"),
    *("admin:voucher_voucher_bring_rows", "admin:voucher_voucher_simulator"),
    *("admin:voucher_voucher_simulator_of", "admin:voucher_voucherset_codes_as_csv"),
    *("admin:voucher_voucher_preview", "admin:voucher_voucherset_preview"),
    *("asked_for", "health", "health_run", "health_queues", "health_rule"),
}
# Of the rule that a drift is repaired of.
RULE = "in-stock-is-the-sum-of-its-movements"


def patterns():
    """Pairs of an address's name and its arguments' names."""
    return dict(_named(get_resolver("backoffice.urls").url_patterns))


def _named(found, before="", space=""):
    for pattern in found:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inside = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _named(pattern.url_patterns, route, inside)
        elif pattern.name and pattern.name not in DOORS:
            arguments = [a or b for a, b in ARGUMENTS.findall(route)]
            yield space + pattern.name, arguments


def model_of(name):
    for model in site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            return model
    return None


def is_page(name):
    """Whether something is to be read there, and not to be done."""
    return name in PAGES or name.endswith(ENDINGS)


def addresses(place, *, searched):
    """Pairs of an address's name and the address, about a place's rows where it is about any."""
    for name, arguments in patterns().items():
        if name.endswith(POSTED):
            continue
        if not arguments:
            queries = _queries(name, place)
            yield from (
                (name, reverse(name) + query) for query in queries[: None if searched else 1]
            )
            continue
        for values in _values(name, arguments, place):
            yield name, reverse(name, args=values)


def _queries(name, place):
    """What is asked of a list beside the whole of it: above all, a shopper's name."""
    asked = {
        "suggest_stock": [f"?location={place.location.pk}&q=mark"],
        "admin:order_pick_list": [_chosen(place)],
        "admin:order_packing_slips": [_chosen(place)],
        "admin:voucher_voucher_simulator": [_trial(place)],
        "admin:autocomplete": [
            f"?app_label={app}&model_name={model}&field_name={field}&term={term}"
            for app, model, field in AUTOCOMPLETES
            for term in ("mark", "quist")
        ],
        "admin:order_order_changelist": ["", "?q=quist", f"?q={place.orders['paid'].number}"],
    }
    lists = ["", "?q=quist"] if name.endswith("_changelist") else [""]
    return asked.get(name, lists)


def _chosen(place):
    return "?orders=" + ",".join(str(order.pk) for order in place.orders.values())


def _trial(place):
    goods = {"goods-TOTAL_FORMS": 1, "goods-INITIAL_FORMS": 0, "goods-0-quantity": 1}
    goods |= {"goods-0-product": place.rows["product"][0].pk}
    return "?" + urlencode(goods | {"location": place.location.pk, "codes": "TEN", "shopper": 0})


def _values(name, arguments, place):
    order = place.orders["paid"]
    special = {
        "put_stock_right": [[place.rows["stockrecord"][0].pk]],
        "health_rule": [[RULE]],
        "repair": [[RULE, place.rows["stockrecord"][0].pk]],
        "admin:order_invoice_pdf": [[order.pk]],
        "admin:credit_note_pdf": [[order.pk, "none"]],
        "admin:view_on_site": [[ContentType.objects.get_for_model(order).pk, order.pk]],
        "admin:app_list": [[label] for label in {m._meta.app_label for m in site._registry}],
    }
    if name in special:
        return special[name]
    if arguments == ["pk"]:
        return [[place.view.pk]]
    assert arguments == ["object_id"], f"Say in the test what {name} is about."
    rows = rows_of(place, model_of(name))
    if name.endswith("_change"):
        return [[row.pk] for row in rows]
    return [[row.pk] for row in rows[:1]]
