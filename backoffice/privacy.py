"""Privacy: who looked at a contact, what shoppers asked for, how long contacts are kept."""

from django import forms
from django.contrib import admin, messages
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from backoffice.filters import LocationFilter, PeriodFilter
from backoffice.formats import at
from backoffice.passwords import AsksPassword
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.contacts.models import Reveal
from shop.privacy import retention
from shop.privacy.models import LONGEST_DAYS, SHORTEST_DAYS, PrivacyEvent, RetentionPeriod


@admin.register(Reveal, site=site)
class RevealAdmin(ReadOnly, OfficeAdmin):
    """Who looked at which order's contact, and why: as the shoppers see it, with the username."""

    empty = _("Nobody has looked at a contact.")
    location_path = "order__location"
    list_display = ["of_order", "actor", "role", "reason", "when"]
    list_filter = [LocationFilter, ("at", PeriodFilter)]
    list_filter_submit = True
    list_select_related = ["order__location", "actor"]
    search_fields = ["order__number", "actor__username"]
    search_help_text = _("Order number or username")
    ordering = ["-pk"]
    fields = ["of_order", "actor", "role", "place", "reason", "when"]

    @display(description=_("order"), ordering="order__number")
    def of_order(self, look):
        return look.order.number

    @display(description=_("when"), ordering="at")
    def when(self, look):
        return at(look.at, look.order.location)


@admin.register(PrivacyEvent, site=site)
class RequestAdmin(ReadOnly, OfficeAdmin):
    """What was asked for and done, without who asked."""

    empty = _("Nobody has asked for their data, or to be forgotten.")
    list_display = ["kind", "contacts", "when"]
    list_filter = [("kind", ChoicesDropdownFilter), ("at", PeriodFilter)]
    list_filter_submit = True
    list_before_template = "backoffice/requests_before.html"
    ordering = ["-pk"]
    fields = ["kind", "contacts", "when"]

    @display(description=_("asked and done"), ordering="at")
    def when(self, event):
        return date_format(event.at, "j M Y, H:i")


class RetentionDialog(AsksPassword, BaseDialogForm):
    """Says what another time would erase when it is filled in, and takes it when sent again."""

    form_after_template = "backoffice/dialogs/retention_outcome.html"
    days = forms.IntegerField(
        label=_("Keep contacts of finished orders for"),
        min_value=SHORTEST_DAYS,
        max_value=LONGEST_DAYS,
        help_text=_("Days after an order's last step."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request=request, object_id=object_id, **kwargs)
        self.initial["days"] = retention.days_kept()
        self.outcome = ""

    def get_after_template_context(self, request, object_id=None):
        return {"outcome": self.outcome}

    def clean(self):
        cleaned = super().clean()
        if days := cleaned.get("days"):
            self._foresee(days, cleaned.get("agreed"))
        return cleaned

    def _foresee(self, days, agreed):
        """Nothing is decided that was not shown: another number of contacts is shown anew."""
        said = erased_tonight(days)
        if agreed == said:
            return
        self.outcome = said
        self.data = self.data.copy()
        self.data["agreed"] = said
        self.add_error("agreed", _("Look at what will happen."))


def erased_tonight(days):
    contacts = retention.orders_past_retention(days).count()
    said = ngettext(
        "With %(days)s days, %(n)s contact would be erased tonight.",
        "With %(days)s days, %(n)s contacts would be erased tonight.",
        contacts,
    )
    return said % {"days": f"{days:,}", "n": f"{contacts:,}"}


@admin.register(RetentionPeriod, site=site)
class RetentionAdmin(ReadOnly, OfficeAdmin):
    """How long contacts are kept, decision by decision; the first in the list holds."""

    audited_by_domain = True
    empty = _("Nobody has decided otherwise: the time that the shop was set up with holds.")
    list_display = ["days", "actor", "when"]
    list_select_related = ["actor"]
    list_before_template = "backoffice/retention_before.html"
    ordering = ["-pk"]
    sortable_by = []
    fields = ["days", "actor", "when"]
    actions_list = ["decide"]

    def has_decide_permission(self, request):
        return request.user.has_perm("privacy.add_retentionperiod")

    def changelist_view(self, request, extra_context=None):
        days = retention.days_kept()
        context = {"days": days, "outcome": erased_tonight(days)}
        return super().changelist_view(request, context | (extra_context or {}))

    @display(description=_("decided"), ordering="at")
    def when(self, period):
        return date_format(period.at, "j M Y, H:i")

    @action(
        description=_("Change the period"),
        permissions=["decide"],
        icon="auto_delete",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("How long are contacts kept?"),
            "form_class": RetentionDialog,
            "form_submit_text": _("Go on"),
        },
    )
    def decide(self, request, form):
        period = retention.decide(form.cleaned_data["days"], actor=request.user)
        messages.success(request, _("Contacts are kept for %(days)s now.") % {"days": period})
        return self.back_to_list(request)
