"""One act for every way to change something in the back office, as its form would send it.

An act is where it is sent and what is filled in. Of models that nobody writes the forms
are sent all the same: nobody may do that, whatever the address says.
"""

from uuid import uuid4

from django.contrib.auth.models import Group
from django.db.models import F
from django.urls import reverse

from backoffice.booking import BookedByLines
from backoffice.policy import ReadOnly
from backoffice.site import site
from backoffice.tests.safety.addresses import RULE
from backoffice.tests.safety.furnished import rows_of
from backoffice.tests.test_audit import page_of, typed_at
from backoffice.tests.test_promo_codes import set_form
from backoffice.tests.test_shop import code_form
from shop.customer import roles
from shop.inventory import stocktakes
from shop.mail.resending import resendable
from shop.partner.models import StockRecord
from shop.pickup import codes
from shop.voucher import promo_codes

PRESSED = {"_form_submitted": "True"}
PLACE = {
    "name": "New",
    "street": "1 Way",
    "city": "Porto",
    "country": "PT",
    "currency": "EUR",
    "vat_rate": "0.23",
    "timezone": "Europe/Lisbon",
}


def acts_at(place, client, owner):
    """What can be done at a place: in `client`'s forms or, where those are shut, the owner's."""
    acts = _orders(place) | _money(place) | _stock(place) | _on_the_move(place)
    acts |= _imports(place) | _people(place) | _promo_codes(place) | _machinery(place)
    acts |= _subscriptions(place)
    acts |= _filled_in(place, client, owner)
    return acts


def empty_acts_at(place):
    """The forms of what is never written by a form, sent all the same."""
    acts = {}
    for model in site._registry:
        admin, rows, name = site.get_model_admin(model), rows_of(place, model), _name(model)
        if issubclass(type(admin), ReadOnly) and not isinstance(admin, BookedByLines):
            acts[f"{name}_add"] = (reverse(f"admin:{name}_add"), {})
            if rows:
                acts[f"{name}_change"] = (page_of(rows[0]), {"status": "paid"})
        if rows:
            acts[f"{name}_delete"] = (page_of(rows[0], "delete"), {"post": "yes"})
    return acts


def _name(model):
    return f"{model._meta.app_label}_{model._meta.model_name}"


def _list(name):
    return reverse(f"admin:{name}_changelist")


def _dialog(row, name, **values):
    return page_of(row, name), PRESSED | values


def _bulk(name, action, row, **values):
    return _list(name), {"action": action, "_selected_action": [row.pk]} | values


def _orders(place):
    orders = place.orders
    paid, ready, collected = orders["paid"], orders["ready"], orders["collected"]
    code = codes.short_of(ready.pickup_codes.get())
    counter = reverse("pickup_counter")
    agreed = "€1.00 goes back to the shopper."
    refund = {"beside_goods": "1", "reason": "late", "restock": "on", "agreed": agreed}
    return {
        "order_order_mark_ready": _dialog(paid, "mark_ready"),
        "order_order_hand_over": _dialog(ready, "hand_over", code=code),
        "order_order_ship": _dialog(orders["to ship"], "ship", carrier="CTT"),
        "order_order_deliver": _dialog(orders["shipped"], "deliver"),
        "order_order_refund": _dialog(paid, "refund", **refund),
        "order_order_send_refunds_again": _dialog(paid, "send_refunds_again"),
        "order_order_resend_mail": _dialog(paid, "resend_mail", kind=resendable(paid)[0]),
        "order_order_reissue_code": _dialog(ready, "reissue_code"),
        "order_order_cancel": _dialog(paid, "cancel", reason="dropped"),
        "order_order_reveal_contact": _dialog(paid, "reveal_contact", reason="bag left here"),
        "make_ready": _bulk("order_order", "make_ready", paid, agreed="1"),
        "counter: hand over": (counter, {"code": code, "hand_over": "1"}),
        "counter: undo": (counter, {"undo": collected.pickup_codes.get().pk}),
        "order_order_views": (
            reverse("admin:order_order_views"),
            {"name": "A", "query": "promise=late"},
        ),
    }


def _money(place):
    held, [failed] = place.orders["held"].payments.get(), place.rows["refund"]
    return {
        "note_sent_back": _bulk("payment_payment", "note_sent_back", held),
        "send_again": _bulk("payment_refund", "send_again", failed),
    }


def _stock(place):
    [record], [goods, _unsold] = place.rows["stockrecord"], place.rows["product"]
    record.refresh_from_db()
    other = record.product.stockrecords.exclude(pk=record.pk).get()
    send = {"quantity": "1", "receiver": other.partner_id, "why": "", "token": uuid4()}
    below = {"low_below": "7", "agreed": "1"}
    seen = {"seen": record.num_in_stock}
    right = {"typed": "150", "reason": "counted"} | seen
    lost = {"quantity": "-1", "reason": "broken"} | seen
    return {
        "partner_stockrecord_receive": _dialog(record, "receive", quantity="1", token=uuid4()),
        "partner_stockrecord_adjust": _dialog(record, "adjust", **lost),
        "partner_stockrecord_send": _dialog(record, "send", **send),
        "call_low_below": _bulk("partner_stockrecord", "call_low_below", record, **below),
        "call_low_below of goods": _bulk("catalogue_product", "call_low_below", goods, **below),
        "put_stock_right": (reverse("put_stock_right", args=[record.pk]), right),
    }


def _on_the_move(place):
    [record], [count] = place.rows["stockrecord"], place.rows["stocktake"]
    leaves, comes = place.rows["transfer"]
    lines = {"token": uuid4(), "sku": [record.product.upc], "quantity": ["1"], "book": "1"}
    lines |= {"location": place.location.pk}
    counted = {f"counted-{row.pk}": "188" for row in count.counts.all()}
    came = {f"came-{line.pk}": "2" for line in comes.lines.all()}
    scan = {"scan": record.product.upc, "token": uuid4()}
    close = {"close": "1", "seen": stocktakes.standing(count)}
    return {
        "inventory_delivery_add": (reverse("admin:inventory_delivery_add"), lines),
        "inventory_transfer_add": (
            reverse("admin:inventory_transfer_add"),
            lines | {"receiver": leaves.receiver_id},
        ),
        "inventory_transfer_change": (page_of(comes), came),
        "inventory_transfer_cancel": _dialog(leaves, "cancel", reason="no van"),
        "inventory_stocktake_change": (page_of(count), counted),
        "stocktake: scan": (page_of(count), scan),
        "stocktake: close": (page_of(count), close),
    }


def _imports(place):
    matching, checked = place.imports["matching"], place.imports["checked"]
    columns = {"column-0": "0", "column-1": "1"}
    return {
        "import: check": (page_of(matching), {"check": "1"} | columns),
        "import: header": (page_of(matching), {"header": "1"}),
        "import: discard": (page_of(checked), {"discard": "1"}),
        "import: book": (page_of(checked), {"book": "1"}),
        "import: match": (page_of(checked), {"match": "1"}),
        "import: undo": (page_of(place.imports["booked"]), {"undo": "1"}),
    }


def _people(place):
    [worker, gone], [invited] = place.rows["user"], place.rows["invitation"]
    [session] = place.rows["staffsession"]
    role = Group.objects.get(name=roles.ORDER_DESK).pk
    said = "With 60 days, 0 contacts would be erased tonight."
    lists = {
        "customer_user_demand_two_factor": {"demanded": "on"},
        "privacy_retentionperiod_decide": {"days": "60", "agreed": said},
    }
    return {
        "customer_user_assign": _dialog(worker, "assign", roles=[role]),
        "customer_user_dismiss": _dialog(worker, "dismiss", reason="left"),
        "customer_user_take_back": _dialog(gone, "take_back"),
        "customer_user_take_second_factor": _dialog(worker, "take_second_factor"),
        "staff_invitation_add": (
            reverse("admin:staff_invitation_add"),
            {"email": "ned@nook.example", "role": role},
        ),
        "staff_invitation_send_again": _dialog(invited, "send_again"),
        "staff_invitation_revoke": _dialog(invited, "revoke"),
        "staff_staffsession_end": _dialog(session, "end"),
    } | {name: (reverse(f"admin:{name}"), PRESSED | values) for name, values in lists.items()}


def _machinery(place):
    [record], [review] = place.rows["stockrecord"], place.rows["productreview"]
    return {
        "health_look": (reverse("health_look"), {}),
        "health_try_again": (reverse("health_try_again"), {}),
        "repair": (reverse("repair", args=[RULE, record.pk]), {}),
        "approve": _bulk("reviews_productreview", "approve", review),
        "reject": _bulk("reviews_productreview", "reject", review),
    }


def _subscriptions(place):
    (on, off), [failed] = place.rows["subscription"], place.rows["webhook"]
    listed = "subscriptions_subscription"
    typed = {"name": "Till", "url": "https://93.184.216.34/", "events": ["order.paid"]}
    return {
        f"{listed}_add": (reverse(f"admin:{listed}_add"), typed),
        f"{listed}_change": (page_of(on), typed),
        f"{listed}_switch_off": _dialog(on, "switch_off"),
        f"{listed}_switch_on": _dialog(off, "switch_on"),
        f"{listed}_new_secret": _dialog(on, "new_secret"),
        f"{listed}_send_failed_again": _dialog(on, "send_failed_again", since="2026-01-01"),
        "subscriptions_webhook_send_again": _dialog(failed, "send_again"),
    }


def _promo_codes(place):
    (on, off), [printed] = place.rows["voucher"], place.rows["voucherset"]
    return {
        "voucher_voucher_add": (reverse("admin:voucher_voucher_add"), code_form()),
        "voucher_voucher_change": (page_of(on), code_form(name="Renamed")),
        "voucher_voucher_switch_off": _dialog(on, "switch_off"),
        "voucher_voucher_switch_on": _dialog(off, "switch_on"),
        "voucher_voucherset_add": (reverse("admin:voucher_voucherset_add"), set_form()),
        "voucher_voucherset_switch_off": _dialog(printed, "switch_off"),
        "voucher_voucherset_switch_on": _dialog(printed, "switch_on"),
    }


def _filled_in(place, client, owner):
    """Rows' own forms, with something in them that was not so before."""
    changed = {
        "stockrecord": {"shelf": "Z9"},
        "product": {"title": "Renamed"},
        "category": {"name": "Renamed"},
        "location": {"city": "Porto"},
    }
    acts = {}
    for name, values in changed.items():
        row = place.rows[name][0]
        acts[f"{_name(row)}_change"] = (page_of(row), _typed(page_of(row), client, owner) | values)
    _sold, unsold = place.rows["product"]
    offered = {"product": unsold.pk, "partner": place.location.pk, "price": "1.00"}
    acts["catalogue_product_delete"] = (page_of(unsold, "delete"), {"post": "yes"})
    acts["delete_selected"] = _bulk("catalogue_product", "delete_selected", unsold, post="yes")
    new = {
        "catalogue_product": {"title": "New", "upc": "NEW-1"},
        "partner_stockrecord": offered,
        "inventory_stocktake": {"location": place.location.pk},
        "locations_location": PLACE,
        "catalogue_category": {"name": "New", "is_public": "on"},
        "imports_import": {"kind": "products", "file": (("SKU", "Name"), ("N-1", "New"))},
    }
    for name, values in new.items():
        address = reverse(f"admin:{name}_add")
        acts[f"{name}_add"] = (address, _typed(address, client, owner) | values)
    return acts


def _typed(address, client, owner):
    """What a form holds before somebody types into it."""
    may = client.get(address).status_code == 200
    return typed_at(client if may else owner, address)


def make_way(act, place):
    """What stands in the way of an act, where not everything can be there at once."""
    if act == "voucher_voucherset_switch_on":
        promo_codes.switch_off(place.rows["voucherset"][0].vouchers.all())
    if act == "inventory_stocktake_add":
        for stocktake in place.rows["stocktake"]:
            stocktakes.close(stocktake)
    if act == "repair":
        records = StockRecord.objects.filter(pk=place.rows["stockrecord"][0].pk)
        records.update(num_in_stock=F("num_in_stock") + 1)
