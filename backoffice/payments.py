"""Payments and what became of them: to be read, the domain alone writes them."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.audit import opened
from backoffice.filters import LocationFilter
from backoffice.formats import at, held, linked, money
from backoffice.policy import OfficeAdmin, ReadOnly, ReadOnlyInline
from backoffice.site import site
from shop.payment.held import note_sent_back
from shop.payment.models import Payment, PaymentEvent, PaymentStatus, Refund, RefundStatus
from shop.payment.refund_retries import send_again
from shop.payment.refunds import TooMuch

TONES = {
    PaymentStatus.PENDING: "info",
    PaymentStatus.REQUIRES_ACTION: "info",
    PaymentStatus.SUCCEEDED: "success",
    PaymentStatus.FAILED: "danger",
    PaymentStatus.REFUNDED: "warning",
}
REFUND_TONES = {
    RefundStatus.PENDING: "info",
    RefundStatus.SUCCEEDED: "success",
    RefundStatus.FAILED: "danger",
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
    empty = _("A payment shows up here when a shopper checks out.")
    empty_link = (_("The orders"), "order.order")
    location_path = "order__location"
    inlines = [EventsInline, RefundsInline]
    list_display = ["of_order", "state", "taken", "given_back", "method", "started", "failure_code"]
    actions = ["note_sent_back"]
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
        ("failure_code", "held"),
    ]

    def has_refund_permission(self, request, obj=None):
        return request.user.has_perm("payment.add_refund")

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

    @display(description=_("status"), ordering="status", label=REFUND_TONES)
    def state(self, refund):
        return refund.status, refund.state_label

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
