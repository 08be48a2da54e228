"""Payments and what became of them: to be read, the domain alone writes them."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.audit import opened
from backoffice.filters import LocationFilter
from backoffice.formats import at, badge, held, linked, money
from backoffice.payment_filters import AttentionFilter, CurrencyFilter, EndedFilter
from backoffice.policy import OfficeAdmin, ReadOnly, ReadOnlyInline
from backoffice.searching import of_orders
from backoffice.site import site
from shop.payment.held import note_sent_back
from shop.payment.models import (
    Payment,
    PaymentEvent,
    PaymentStatus,
    Refund,
    RefundStatus,
    WebhookEvent,
)
from shop.payment.refund_retries import send_again
from shop.payment.refunds import TooMuch

TONES = {
    PaymentStatus.PENDING: "busy",
    PaymentStatus.REQUIRES_ACTION: "busy",
    PaymentStatus.SUCCEEDED: "good",
    PaymentStatus.FAILED: "bad",
    PaymentStatus.REFUNDED: "warn",
}
REFUND_TONES = {
    RefundStatus.PENDING: "busy",
    RefundStatus.SUCCEEDED: "good",
    RefundStatus.FAILED: "bad",
}


class OfPayment(ReadOnlyInline):
    """What happened to a payment, by the clock of its order's location."""

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("payment__order__location")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("payment.view_payment")

    @display(description=_("time"))
    def when(self, row):
        return at(row.created_at, row.payment.order.location)

    @display(description=_("amount"))
    def sum(self, row):
        return money(row.amount, row.payment.currency)


class EventsInline(OfPayment):
    model = PaymentEvent
    fields = ["when", "kind", "sum", "reference"]


class RefundsInline(OfPayment):
    model = Refund
    fields = ["when", "sum", "status", "reason"]


class WebhooksInline(OfPayment):
    model = WebhookEvent
    fields = ["received", "kind", "outcome", "handled"]
    verbose_name_plural = _("what its gateway told of it")

    @display(description=_("received"))
    def received(self, event):
        return at(event.received_at, event.payment.order.location)

    @display(description=_("handled"), empty_value="–")
    def handled(self, event):
        return at(event.handled_at, event.payment.order.location) or None


@admin.register(Payment, site=site)
class PaymentAdmin(ReadOnly, OfficeAdmin):
    empty = _("A payment shows up here when a shopper checks out.")
    empty_link = (_("The orders"), "order.order")
    location_path = "order__location"
    inlines = [EventsInline, RefundsInline, WebhooksInline]
    list_display = ["of_order", "state", "taken", "given_back", "method", "started", "failure_code"]
    actions = ["note_sent_back"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        AttentionFilter,
        EndedFilter,
        LocationFilter,
        CurrencyFilter,
    ]
    list_select_related = ["order__location"]
    search_fields = ["order__number", "reference"]
    search_help_text = _("Order number or gateway's reference")
    ordering = ["-created_at"]
    fields = [
        ("its_order", "state"),
        ("taken", "given_back"),
        ("method", "reference"),
        ("started", "ended"),
        ("failure_code", "held"),
    ]

    def get_search_results(self, request, queryset, search_term):
        found = of_orders(queryset, "order", search_term, reference=search_term.strip())
        return found, False

    def has_refund_permission(self, request, obj=None):
        return request.user.has_perm("payment.add_refund")

    @display(description=_("order"), ordering="order__number")
    def of_order(self, payment):
        return payment.order.number

    @display(description=_("order"))
    def its_order(self, payment):
        address = reverse("admin:order_order_change", args=[payment.order_id])
        return linked(address, payment.order.number)

    @display(description=_("status"), ordering="status")
    def state(self, payment):
        return badge(payment.get_status_display(), TONES.get(payment.status, ""))

    @display(description=_("amount"), ordering="amount")
    def taken(self, payment):
        return money(payment.amount, payment.currency)

    @display(description=_("refunded"), ordering="refunded", empty_value="–")
    def given_back(self, payment):
        return money(payment.refunded, payment.currency) if payment.refunded else None

    @display(description=_("taken instead, to go back"), empty_value="–")
    def held(self, payment):
        return held(payment) or None

    @display(description=_("started"), ordering="created_at")
    def started(self, payment):
        return at(payment.created_at, payment.order.location)

    @display(description=_("settled"), empty_value="–")
    def ended(self, payment):
        return at(payment.settled_at, payment.order.location) or None

    @action(description=_("Note that the wrong sum was sent back"), permissions=["refund"])
    def note_sent_back(self, request, queryset):
        for payment in map(opened, queryset.select_related("order")):
            noted = note_sent_back(payment)
            if noted:
                self.log_change(request, payment, str(_("noted that the wrong sum was sent back")))
            said = _("%s: noted.") if noted else _("%s: nothing is held.")
            messages.info(request, said % payment.order.number)


@admin.register(Refund, site=site)
class RefundAdmin(ReadOnly, OfficeAdmin):
    """What went back, and what did not: a refund that failed for good waits here for somebody."""

    empty = _("Nothing was sent back so far. Money goes back from an order's page.")
    empty_link = (_("The orders"), "order.order")
    location_path = "payment__order__location"
    list_display = ["of_order", "state", "sum", "refusals", "again", "started", "reason"]
    list_display_links = None
    list_filter = [("status", ChoicesDropdownFilter), LocationFilter]
    list_select_related = ["payment__order__location"]
    search_fields = ["payment__order__number", "reference"]
    search_help_text = _("Order number or gateway's reference")
    ordering = ["-created_at"]
    fields = ["of_order", "state", "sum", "refusals", "again", "started", "reason", "reference"]
    actions = ["send_again"]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("payment.view_payment")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_refund_permission(self, request, obj=None):
        return request.user.has_perm("payment.add_refund")

    @display(description=_("order"), ordering="payment__order__number")
    def of_order(self, refund):
        order = refund.payment.order
        return linked(reverse("admin:order_order_change", args=[order.pk]), order.number)

    @display(description=_("status"), ordering="status")
    def state(self, refund):
        return badge(refund.state_label, REFUND_TONES.get(refund.status, ""))

    @display(description=_("amount"), ordering="amount")
    def sum(self, refund):
        return money(refund.amount, refund.payment.currency)

    @display(description=_("refusals"), ordering="attempts", empty_value="–")
    def refusals(self, refund):
        return refund.attempts or None

    @display(description=_("sent again"), ordering="next_attempt_at", empty_value="–")
    def again(self, refund):
        return at(refund.next_attempt_at, refund.payment.order.location) or None

    @display(description=_("started"), ordering="created_at")
    def started(self, refund):
        return at(refund.created_at, refund.payment.order.location)

    @action(description=_("Send again"), permissions=["refund"])
    def send_again(self, request, queryset):
        for refund in map(opened, queryset.select_related("payment__order")):
            number = refund.payment.order.number
            try:
                taken_up = send_again(refund)
            except TooMuch as refusal:
                messages.error(request, f"{number}: {refusal}")
                continue
            if taken_up:
                self.log_change(request, refund, str(_("sent again")))
            said = _("%s: sent again within a minute.") if taken_up else _("%s: has not failed.")
            messages.info(request, said % number)
