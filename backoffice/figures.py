"""The figures of the first page. Each leads to the list that it counts, narrowed to just that."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice import letters
from backoffice.payment_filters import ended_on
from backoffice.site import site
from shop.inventory.models import LowStockAlert
from shop.mail.models import Letter
from shop.order.models import Order, Status
from shop.partner.models import StockRecord
from shop.payment import attention
from shop.payment.models import Payment, PaymentStatus, Refund, RefundStatus
from shop.reconciliation.models import ReconcileRun


@dataclass(frozen=True)
class Figure:
    title: str
    value: object
    address: str
    icon: str
    tone: str = ""

    @property
    def shown_tone(self):
        """Nothing to do is nothing to be told in colours."""
        return self.tone if self.value else ""


def of_orders(user):
    open_orders = Order.objects.visible_to(user).filter(status__in=[Status.PAID, Status.READY])
    is_paid = Q(status=Status.PAID)
    counts = open_orders.aggregate(
        waiting=Count("pk", filter=is_paid),
        late=Count("pk", filter=is_paid & Q(promised_at__lt=timezone.now())),
        ready=Count("pk", filter=Q(status=Status.READY)),
    )
    waiting, ready = {"status__exact": Status.PAID}, {"status__exact": Status.READY}
    return [
        _orders(_("To make ready"), counts["waiting"], waiting, "inventory", "busy"),
        _orders(_("Late"), counts["late"], {"promise": "late"}, "alarm", "bad"),
        _orders(_("Ready, uncollected"), counts["ready"], ready, "shopping_bag", "good"),
    ]


def _orders(title, count, query, icon, tone):
    return Figure(title, count, _list(Order, **query), icon, tone)


def of_stock(request):
    records, alerts = _rows(request, StockRecord), _rows(request, LowStockAlert)
    out = records.filter(num_in_stock=F("num_allocated"))
    return [
        _figure(_("Low stock"), alerts, "production_quantity_limits", "warn"),
        _figure(_("Sold out"), out, "remove_shopping_cart", "bad", level="out"),
    ]


def of_payments(request):
    payments = _rows(request, Payment)
    failed = payments.filter(ended_on(request.user, 0), status=PaymentStatus.FAILED)
    failed_today = {"ended": "today", "status__exact": PaymentStatus.FAILED}
    stuck, held = attention.stuck(payments), attention.held(payments)
    not_sent = _rows(request, Refund).filter(status=RefundStatus.FAILED)
    refused = {"status__exact": RefundStatus.FAILED}
    return [
        _figure(_("Payments failed today"), failed, "credit_card_off", "warn", **failed_today),
        _figure(_("Payments without an end"), stuck, "hourglass_disabled", "bad", what="stuck"),
        _figure(_("Another sum came, held"), held, "pan_tool", "bad", what="held"),
        _figure(_("Refunds that failed"), not_sent, "money_off", "bad", **refused),
    ]


def of_machinery(request):
    """What went wrong behind the scenes, each for whoever may see its list."""
    may, figures = request.user.has_perm, []
    if may("tasks.view_outboxmessage"):
        stuck = apps.get_model("tasks.OutboxMessage").objects.stuck()
        figures.append(_figure(_("Work that is stuck"), stuck, "sync_problem", "bad", stuck="yes"))
    if may("mail.view_letter"):
        unsent = _rows(request, Letter).filter(letters.FAILED)
        figures.append(
            _figure(_("Letters that failed"), unsent, "unsubscribe", "warn", state="failed")
        )
    if may("reconciliation.view_reconcilerun"):
        figures.append(_broken_rules())
    return figures


def _broken_rules():
    last = ReconcileRun.objects.ended().first()
    found = last.left if last else 0
    return Figure(_("Rows that break a rule"), found, reverse("health"), "rule", "bad")


def _rows(request, model):
    return site.get_model_admin(model).get_queryset(request)


def _figure(title, rows, icon, tone, **query):
    count = rows.order_by().count()
    return Figure(title, count, _list(rows.model, **query), icon, tone)


def _list(model, **query):
    opts = model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return f"{address}?{urlencode(query)}" if query else address
