"""Subscriptions: which other programs are told what happens here, and how that goes."""

from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from backoffice.formats import ago, badge, linked, staff
from backoffice.passwords import AsksPassword, SensitiveAdmin
from backoffice.policy import OfficeAdmin
from backoffice.site import site
from backoffice.subscription_steps import Steps, keep_for_next_page, kept
from shop.subscriptions import managing
from shop.subscriptions.models import Event, Off, Subscription

ONE_BUTTON = {"show_save_and_add_another": False, "show_save_and_continue": False}
WAITING = Q(webhooks__delivered_at=None, webhooks__failed_at=None)
FAILED = Q(webhooks__failed_at__isnull=False)


class SubscriptionForm(AsksPassword, forms.ModelForm):
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=Event.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What it is told of. No event says anything about a shopper."),
    )

    class Meta:
        model = Subscription
        fields = ["name", "url", "events"]


@admin.register(Subscription, site=site)
class SubscriptionAdmin(SensitiveAdmin, Steps, OfficeAdmin):
    form = SubscriptionForm
    empty = _("No program is told what happens here. Add one with the address that it listens at.")
    list_display = ["name", "host", "told", "state", "waiting", "failed", "last"]
    list_select_related = ["owner"]
    search_fields = ["name", "url"]
    search_help_text = _("Name or address")
    sortable_by = []
    actions_detail = ["switch_off", "switch_on", "send_failed_again", "new_secret"]
    change_form_outer_before_template = "backoffice/subscription_before.html"
    facts = ["state", "waiting", "failed", "last", "last_sequence", "made_by"]
    readonly_fields = facts

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                n_waiting=Count("webhooks", filter=WAITING),
                n_failed=Count("webhooks", filter=FAILED),
                told_at=Max("webhooks__delivered_at"),
            )
        )

    def get_fieldsets(self, request, obj=None):
        self.fieldsets = [(None, {"fields": ["name", "url", "events"]})]
        if obj:
            self.fieldsets.append((_("How it goes"), {"fields": self.facts}))
        return super().get_fieldsets(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, ONE_BUTTON | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = ONE_BUTTON | {"fresh_secret": kept(request, object_id)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        chosen = form.cleaned_data
        made, secret = managing.subscribe(
            chosen["name"], chosen["url"], chosen["events"], owner=request.user
        )
        obj.pk = made.pk
        return keep_for_next_page(request, made, secret)

    def response_add(self, request, obj, post_url_continue=None):
        return self.back_to(request, obj)

    @display(description=_("goes to"))
    def host(self, subscription):
        return urlsplit(subscription.url).hostname

    @display(description=_("is told of"))
    def told(self, subscription):
        if len(subscription.events) == len(Event):
            return _("everything")
        return ", ".join(str(Event(event).label) for event in subscription.events)

    @display(description=_("state"))
    def state(self, subscription):
        if subscription.is_on:
            return badge(_("failing"), "warn") if subscription.refusals else badge(_("on"), "good")
        gave_up = subscription.off_because == Off.FAILURES
        return badge(_("off: too many failed"), "bad") if gave_up else badge(_("off"))

    @display(description=_("waiting"), empty_value="–")
    def waiting(self, subscription):
        said = _("%(n)d waiting") % {"n": subscription.n_waiting}
        return _webhooks(subscription, "waiting", said) if subscription.n_waiting else None

    @display(description=_("failed"), empty_value="–")
    def failed(self, subscription):
        said = _("%(n)d failed") % {"n": subscription.n_failed}
        return _webhooks(subscription, "failed", said) if subscription.n_failed else None

    @display(description=_("last delivered"))
    def last(self, subscription):
        return ago(subscription.told_at)

    @display(description=_("made by"), empty_value="–")
    def made_by(self, subscription):
        return staff(subscription.owner) or None


def _webhooks(subscription, state, said):
    address = reverse("admin:subscriptions_webhook_changelist")
    return linked(f"{address}?subscription={subscription.pk}&state={state}", said)
