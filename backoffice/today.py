"""The first page: what waits at one's own locations, in figures that lead to their lists."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.formats import at, money
from backoffice.site import site
from shop.inventory.models import LowStockAlert
from shop.locations.models import Location
from shop.order.models import Order, Status
from shop.partner.models import StockRecord
from shop.payment.models import Payment, PaymentStatus

NEXT = 8


@dataclass(frozen=True)
class Figure:
    title: str
    value: str
    address: str
    icon: str
    tone: str = ""


def figures(request, context):
    """Unfold's dashboard callback. Who may not open a list sees no figure of it."""
    user, shown = request.user, []
    if user.has_perm("order.view_order"):
        shown += _orders(user)
        context["next_orders"] = _next_orders(user)
    if user.has_perm("payment.view_payment"):
        shown += _takings(user)
    if user.has_perm("partner.view_stockrecord"):
        shown += _stock(request)
    return context | {"title": _("Today"), "figures": shown}


def _orders(user):
    late = Q(status=Status.PAID, promised_at__lt=timezone.now())
    counts = Order.objects.visible_to(user).aggregate(
        to_do=Count("pk", filter=Q(status=Status.PAID)),
        late=Count("pk", filter=late),
        ready=Count("pk", filter=Q(status=Status.READY)),
    )
    orders = reverse("admin:order_order_changelist")
    return [
        Figure(
            _("To make ready"), counts["to_do"], f"{orders}?status__exact=paid", "inventory", "busy"
        ),
        Figure(
            _("Late"),
            counts["late"],
            f"{orders}?promise=late",
            "alarm",
            "bad" if counts["late"] else "",
        ),
        Figure(
            _("Ready, uncollected"),
            counts["ready"],
            f"{orders}?status__exact=ready",
            "shopping_bag",
            "good",
        ),
    ]


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


def _takings(user):
    locations = list(Location.objects.visible_to(user))
    taken = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED)
    sums = (
        Payment.objects.filter(_since_midnight(locations), status__in=taken)
        .values("currency")
        .annotate(total=Sum(F("amount") - F("refunded")))
        .order_by("-total")
    )
    totals = {row["currency"]: row["total"] for row in sums}
    currencies = {location.currency for location in locations}
    payments = reverse("admin:payment_payment_changelist")
    return [
        Figure(
            _("Taken today"), money(totals.get(currency, 0), currency), payments, "point_of_sale"
        )
        for currency in sorted(currencies, key=lambda c: (-totals.get(c, 0), c))
    ]


def _since_midnight(locations):
    """Today began at another moment in each time zone."""
    now, by_zone = timezone.now(), {}
    for location in locations:
        by_zone.setdefault(location.zone, []).append(location.pk)
    days = (
        Q(order__location__in=pks, settled_at__gte=_midnight(now, zone))
        for zone, pks in by_zone.items()
    )
    return reduce(or_, days, Q(pk__in=[]))


def _midnight(now, zone):
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _stock(request):
    records = site.get_model_admin(StockRecord).get_queryset(request).order_by()
    out = records.filter(num_in_stock=F("num_allocated")).count()
    low = site.get_model_admin(LowStockAlert).get_queryset(request).count()
    stock = reverse("admin:partner_stockrecord_changelist")
    return [
        Figure(
            _("Low stock"),
            low,
            reverse("admin:inventory_lowstockalert_changelist"),
            "production_quantity_limits",
            "warn" * bool(low),
        ),
        Figure(_("Sold out"), out, f"{stock}?level=out", "remove_shopping_cart", "bad" * bool(out)),
    ]
