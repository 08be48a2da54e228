"""What other programs were told: each event as it was sent, and what became of it."""

import json

from django.contrib import admin, messages
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from backoffice.dialogs import RowDialog
from backoffice.formats import badge, linked, utc
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.subscriptions import managing
from shop.subscriptions.managing import IsOff
from shop.subscriptions.models import Fault, Subscription, Webhook

DELIVERED, FAILED = Q(delivered_at__isnull=False), Q(failed_at__isnull=False)
STATES = {
    "waiting": (_("waiting"), Q(delivered_at=None, failed_at=None)),
    "delivered": (_("delivered"), DELIVERED),
    "failed": (_("failed"), FAILED),
}


class StateFilter(DropdownFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(state, name) for state, (name, _rows) in STATES.items()]

    def queryset(self, request, queryset):
        if self.value() not in STATES:
            return queryset
        return queryset.filter(STATES[self.value()][1])


class SubscriptionFilter(DropdownFilter):
    title = _("sent to")
    parameter_name = "subscription"

    def lookups(self, request, model_admin):
        return [(str(pk), name) for pk, name in Subscription.objects.values_list("pk", "name")]

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        return queryset.filter(subscription=chosen) if chosen.isdecimal() else queryset


class AgainDialog(RowDialog):
    model = Webhook
    form_before_template = "backoffice/dialogs/webhook_again.html"


@admin.register(Webhook, site=site)
class SentAdmin(ReadOnly, OfficeAdmin):
    empty = _("Nothing was sent so far. What a subscription asked for shows up here as it happens.")
    empty_link = (_("See the subscriptions"), "subscriptions.subscription")
    list_display = ["event", "number", "sent_to", "state", "answer", "tries", "written"]
    list_filter = [StateFilter, SubscriptionFilter, ("event", ChoicesDropdownFilter)]
    list_select_related = ["subscription"]
    search_fields = ["=event_id"]
    search_help_text = _("Event's id")
    ordering = ["-pk"]
    sortable_by = []
    actions_detail = ["send_again"]
    change_form_outer_before_template = "backoffice/actions.html"
    fields = [
        ("event", "number"),
        ("sent_to", "event_id"),
        ("state", "answer"),
        ("tries", "tried"),
        ("written", "next"),
        "said",
    ]

    def has_again_permission(self, request, object_id=None):
        return request.user.has_perm("subscriptions.change_webhook")

    @action(
        description=_("Send again"),
        permissions=["again"],
        icon="replay",
        dialog={
            "title": _("Send this event again?"),
            "form_class": AgainDialog,
            "form_submit_text": _("Send again"),
        },
    )
    def send_again(self, request, form, object_id):
        try:
            managing.send_again(form.row)
        except IsOff as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, form.row, _("sent again"))
            messages.success(request, _("It goes out within seconds."))
        return self.back_to(request, form.row)

    @display(description=_("number"))
    def number(self, webhook):
        return f"#{webhook.sequence}"

    @display(description=_("attempts"), empty_value="–")
    def tries(self, webhook):
        said = ngettext("%(n)d attempt", "%(n)d attempts", webhook.attempts)
        return said % {"n": webhook.attempts} if webhook.attempts else None

    @display(description=_("sent to"))
    def sent_to(self, webhook):
        page = reverse("admin:subscriptions_subscription_change", args=[webhook.subscription_id])
        return linked(page, webhook.subscription.name)

    @display(description=_("state"))
    def state(self, webhook):
        if webhook.delivered_at:
            return badge(_("delivered"), "good")
        if webhook.failed_at:
            return badge(_("failed"), "bad")
        return badge(_("tried again"), "warn") if webhook.attempts else badge(_("waiting"), "busy")

    @display(description=_("answer"), empty_value="–")
    def answer(self, webhook):
        if webhook.fault in ("", Fault.STATUS):
            return webhook.status
        return webhook.get_fault_display()

    @display(description=_("written"))
    def written(self, webhook):
        return utc(webhook.created_at)

    @display(description=_("last attempt"), empty_value="–")
    def tried(self, webhook):
        return webhook.tried_at and utc(webhook.tried_at)

    @display(description=_("next attempt"), empty_value="–")
    def next(self, webhook):
        is_over = webhook.delivered_at or webhook.failed_at or not webhook.subscription.is_on
        return None if is_over else utc(webhook.due_at)

    @display(description=_("what it said"))
    def said(self, webhook):
        text = json.dumps(json.loads(webhook.body), indent=2, ensure_ascii=False)
        return format_html('<pre class="office-body">{}</pre>', text)
