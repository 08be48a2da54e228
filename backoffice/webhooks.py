"""What gateways told by themselves: to be read, above all where it did not fit."""

import json

from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from backoffice.formats import at, badge, utc
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.searching import of_orders
from backoffice.site import site
from shop.payment.models import Outcome, Payment, WebhookEvent

TONES = {
    Outcome.SETTLED: "good",
    Outcome.NOTHING_NEW: "busy",
    Outcome.MISMATCH: "bad",
    Outcome.UNKNOWN: "warn",
    Outcome.MALFORMED: "bad",
}


def _moment(moment, event):
    """By the clock where the order is collected; what belongs to no order is told by UTC's."""
    if event.payment:
        return at(moment, event.payment.order.location)
    return utc(moment)


class GatewayFilter(DropdownFilter):
    """Those that the shop knows: asking the rows which there are would read them all."""

    title = _("gateway")
    parameter_name = "gateway"

    def lookups(self, request, model_admin):
        return [(name, name) for name in settings.PAYMENT_GATEWAYS]

    def queryset(self, request, queryset):
        return queryset.filter(gateway=self.value()) if self.value() else queryset


@admin.register(WebhookEvent, site=site)
class WebhookAdmin(ReadOnly, OfficeAdmin):
    empty = _("Payment providers have called in nothing so far.")
    list_display = ["received", "gateway", "kind", "result", "of_order", "handled"]
    list_filter = [GatewayFilter, ("outcome", ChoicesDropdownFilter)]
    list_select_related = ["payment__order__location"]
    search_fields = ["event_id", "payment__order__number"]
    search_help_text = _("Event or order number")
    ordering = ["-pk"]
    fields = [
        ("gateway", "kind"),
        ("event_id", "of_order"),
        ("received", "handled"),
        "result",
        "said",
    ]

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        payments = of_orders(Payment.objects.all(), "order", term).values_list("pk", flat=True)
        found = Q(payment__in=list(payments)) | Q(event_id=term)
        return queryset.filter(found), False

    @display(description=_("order"), empty_value="–")
    def of_order(self, event):
        return event.payment.order.number if event.payment else None

    @display(description=_("received"), ordering="received_at")
    def received(self, event):
        return _moment(event.received_at, event)

    @display(description=_("handled"), empty_value="–")
    def handled(self, event):
        return _moment(event.handled_at, event) if event.handled_at else None

    @display(description=_("outcome"), ordering="outcome", empty_value="–")
    def result(self, event):
        if not event.outcome:
            return None
        return badge(event.get_outcome_display(), TONES.get(event.outcome, ""))

    @display(description=_("what it said"))
    def said(self, event):
        return format_html(
            '<pre class="office-body">{}</pre>', json.dumps(event.payload, indent=2, sort_keys=True)
        )
