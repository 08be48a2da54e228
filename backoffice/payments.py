"""Payments and what became of them: to be read, the domain alone writes them."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from backoffice.filters import LocationFilter
from backoffice.formats import at, money
from backoffice.policy import OfficeAdmin, ReadOnly, ReadOnlyInline
from backoffice.site import site
from shop.payment.models import (
    Outcome,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Refund,
    WebhookEvent,
)

TONES = {
    PaymentStatus.PENDING: "info",
    PaymentStatus.REQUIRES_ACTION: "info",
    PaymentStatus.SUCCEEDED: "success",
    PaymentStatus.FAILED: "danger",
    PaymentStatus.REFUNDED: "warning",
}
OUTCOME_TONES = {
    Outcome.SETTLED: "success",
    Outcome.NOTHING_NEW: "info",
    Outcome.MISMATCH: "danger",
    Outcome.UNKNOWN: "warning",
    Outcome.MALFORMED: "danger",
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


@admin.register(WebhookEvent, site=site)
class WebhookAdmin(ReadOnly, OfficeAdmin):
    """What gateways told by themselves, for those who may see every payment."""

    list_display = ["received_at", "gateway", "kind", "result", "of_order", "handled_at"]
    list_filter = ["gateway", ("outcome", ChoicesDropdownFilter)]
    list_select_related = ["payment__order"]
    search_fields = ["=event_id", "=payment__order__number"]
    search_help_text = _("Event or order number")
    ordering = ["-pk"]
    fields = [
        ("gateway", "kind"),
        ("event_id", "of_order"),
        ("received_at", "handled_at"),
        "result",
        "said",
    ]

    @display(description=_("order"), empty_value="–")
    def of_order(self, event):
        return event.payment.order.number if event.payment else None

    @display(description=_("outcome"), ordering="outcome", label=OUTCOME_TONES)
    def result(self, event):
        return (event.outcome, event.get_outcome_display()) if event.outcome else None

    @display(description=_("what it said"))
    def said(self, event):
        return format_html("<pre>{}</pre>", json.dumps(event.payload, indent=2, sort_keys=True))
