"""Payments and what became of them: to be read, the domain alone writes them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from backoffice.filters import LocationFilter
from backoffice.formats import at, money
from backoffice.policy import OfficeAdmin, ReadOnly, ReadOnlyInline
from backoffice.site import site
from shop.payment.models import Payment, PaymentEvent, PaymentStatus, Refund

TONES = {
    PaymentStatus.PENDING: "info",
    PaymentStatus.REQUIRES_ACTION: "info",
    PaymentStatus.SUCCEEDED: "success",
    PaymentStatus.FAILED: "danger",
    PaymentStatus.REFUNDED: "warning",
}


class EventsInline(ReadOnlyInline):
    model = PaymentEvent
    fields = ["created_at", "kind", "amount", "reference"]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("payment.view_payment")


class RefundsInline(ReadOnlyInline):
    model = Refund
    fields = ["created_at", "amount", "status", "reason"]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("payment.view_payment")


@admin.register(Payment, site=site)
class PaymentAdmin(ReadOnly, OfficeAdmin):
    location_path = "order__location"
    inlines = [EventsInline, RefundsInline]
    list_display = ["of_order", "state", "taken", "given_back", "method", "started", "failure_code"]
    list_filter = [("status", ChoicesDropdownFilter), LocationFilter]
    list_select_related = ["order__location"]
    search_fields = ["order__number", "reference"]
    search_help_text = _("Order number or gateway's reference")
    ordering = ["-created_at"]
    fields = [
        ("of_order", "state"),
        ("taken", "given_back"),
        ("method", "reference"),
        ("started", "ended"),
        "failure_code",
    ]

    @display(description=_("order"), ordering="order__number")
    def of_order(self, payment):
        return payment.order.number

    @display(description=_("status"), ordering="status", label=TONES)
    def state(self, payment):
        return payment.status, payment.get_status_display()

    @display(description=_("amount"), ordering="amount")
    def taken(self, payment):
        return money(payment.amount, payment.currency)

    @display(description=_("refunded"), ordering="refunded", empty_value="–")
    def given_back(self, payment):
        return money(payment.refunded, payment.currency) if payment.refunded else None

    @display(description=_("started"), ordering="created_at")
    def started(self, payment):
        return at(payment.created_at, payment.order.location)

    @display(description=_("settled"), empty_value="–")
    def ended(self, payment):
        return at(payment.settled_at, payment.order.location) or None
