"""The first page: what waits at one's own locations, in figures that lead to their lists."""

from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice import figures
from backoffice.formats import at, money
from backoffice.takings import CHART_OPTIONS, takings_of
from shop.order.models import Order, Status

NEXT = 8
# What a quiet hour is good for: text, address, permission.
IDEAS = [
    (_("Count a shelf"), "admin:inventory_stocktake_add", "inventory.add_stocktake"),
    (
        _("See what runs low"),
        "admin:inventory_lowstockalert_changelist",
        "inventory.view_lowstockalert",
    ),
    (_("Make a promo code"), "admin:voucher_voucher_add", "voucher.add_voucher"),
    (_("Open the pickup counter"), "pickup_counter", "pickup.change_pickupcode"),
]


def today(request, context):
    """Unfold's dashboard callback. Who may not open a list sees no figure of it."""
    user, shown = request.user, []
    context |= {"title": _("Today"), "ideas": _ideas(user)}
    context["attention"] = figures.of_machinery(request)
    if user.has_perm("order.view_order"):
        shown += figures.of_orders(user)
        context["next_orders"] = _next_orders(user)
    if user.has_perm("partner.view_stockrecord"):
        shown += figures.of_stock(request)
    if user.has_perm("payment.view_payment"):
        context |= {"takings": takings_of(user), "chart_options": CHART_OPTIONS}
        context["attention"] = [*figures.of_payments(request), *context["attention"]]
    return context | {"figures": shown}


def _next_orders(user):
    orders = Order.objects.visible_to(user).filter(status=Status.PAID)
    orders = orders.select_related("location").annotate(goods=Count("lines"))
    now = timezone.now()
    return [
        {
            "number": order.number,
            "address": reverse("admin:order_order_change", args=[order.pk]),
            "location": order.location_name,
            "promised": at(order.promised_at, order.location),
            "late": bool(order.promised_at and order.promised_at < now),
            "goods": order.goods,
            "total": money(order.total_incl_tax, order.currency),
        }
        for order in orders.order_by(F("promised_at").asc(nulls_last=True))[:NEXT]
    ]


def _ideas(user):
    return [(text, reverse(name)) for text, name, permission in IDEAS if user.has_perm(permission)]
