"""How an order reads in one row: where it stands, and how that is against what was promised."""

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from backoffice.formats import at, badge, money, span
from shop.order.models import Status
from shop.payment.models import Payment, PaymentStatus

TONES = {
    Status.PENDING: "busy",
    Status.PAID: "warn",
    Status.READY: "good",
    Status.CANCELLED: "bad",
    Status.REFUNDED: "bad",
}
PAYMENT_TONES = {
    PaymentStatus.PENDING: "busy",
    PaymentStatus.REQUIRES_ACTION: "busy",
    PaymentStatus.SUCCEEDED: "quiet",
    PaymentStatus.FAILED: "bad",
    PaymentStatus.REFUNDED: "warn",
}
SOON = timedelta(hours=1)
# Nobody waits for these any more.
CALLED_OFF = (Status.CANCELLED, Status.REFUNDED)


class PromiseFilter(DropdownFilter):
    title = gettext_lazy("promise")
    parameter_name = "promise"

    def lookups(self, request, model_admin):
        return [("late", gettext_lazy("late")), ("hour", gettext_lazy("within the hour"))]

    def queryset(self, request, queryset):
        now = timezone.now()
        limits = {"late": now, "hour": now + SOON}
        if self.value() not in limits:
            return queryset
        return queryset.filter(status=Status.PAID, promised_at__lt=limits[self.value()])


def with_payment(orders):
    """Each order with the status of its latest payment, as `paid`."""
    latest = Payment.objects.filter(order=OuterRef("pk")).order_by("-created_at")
    return orders.annotate(paid=Subquery(latest.values("status")[:1]))


def status_badge(order):
    return badge(order.get_status_display(), TONES.get(order.status, ""))


def against_promise(order, now=None):
    """While somebody has to make it ready: how much time that leaves. Then: the moment itself."""
    if order.status in CALLED_OFF:
        return ""
    if not order.promised_at or order.status != Status.PAID:
        return at(order.promised_at, order.location)
    left = order.promised_at - (now or timezone.now())
    if left < timedelta(0):
        return badge(_("late by %(span)s") % {"span": span(-left)}, "bad")
    tone = "warn" if left < SOON else ""
    return badge(_("due in %(span)s") % {"span": span(left)}, tone)


class OrderColumns:
    """The columns of the orders' list."""

    @display(description=gettext_lazy("status"))
    def state(self, order):
        return status_badge(order)

    @display(description=gettext_lazy("location"))
    def where(self, order):
        return order.location_name

    @display(description=gettext_lazy("placed"), ordering="date_placed")
    def placed(self, order):
        return at(order.date_placed, order.location)

    @display(description=gettext_lazy("promised"), ordering="promised_at")
    def promised(self, order):
        return against_promise(order)

    @display(description=gettext_lazy("total"))
    def total(self, order):
        return money(order.total_incl_tax, order.currency)

    @display(description=gettext_lazy("payment"))
    def payment(self, order):
        if not order.paid:
            return None
        return badge(PaymentStatus(order.paid).label, PAYMENT_TONES.get(order.paid, ""))
