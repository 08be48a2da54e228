"""Campaigns in the CMS: planned there by whoever may do by hand each thing that they do."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import DateColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from shop.campaigns.launching import plan
from shop.campaigns.models import Campaign, State
from shop.locations.models import Location

HELP = _(
    "Everything here goes live together, at its time, within a minute. If one part cannot,"
    " none of it does: then this page says why, and saving it plans it again."
)


class CampaignForm(WagtailAdminModelForm):
    def clean(self):
        cleaned = super().clean()
        if self.instance.state == State.LIVE:
            self.add_error(None, _("This has gone live already. Plan another campaign."))
        if cleaned.get("promo_code") and not self.for_user.has_perm("voucher.change_voucher"):
            self.add_error("promo_code", _("You may not switch promo codes on."))
        return cleaned

    def is_valid(self):
        # What is below the form is known to be right only once all of it was looked at.
        return super().is_valid() and self._may_publish() & self._may_reprice()

    def _may_publish(self):
        return _refuse(
            self._rows("pages"),
            "page",
            lambda row: row["page"].permissions_for_user(self.for_user).can_publish(),
            _("You may not publish this page."),
        )

    def _may_reprice(self):
        if not self.for_user.has_perm("partner.change_stockrecord"):
            places = set()
        else:
            visible = Location.objects.visible_to(self.for_user)
            places = set(visible.values_list("pk", flat=True))
        return _refuse(
            self._rows("prices"),
            "location",
            lambda row: row["location"].pk in places,
            _("You may not change prices there."),
        )

    def _rows(self, name):
        forms = self.formsets[name].forms
        return [f for f in forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]

    def save(self, commit=True):
        with transaction.atomic():
            plan(self.instance, self.for_user)
            return super().save(commit)


def _refuse(rows, field, may, refusal):
    """Mark what may not be done; whether there is none of it."""
    refused = [row for row in rows if not may(row.cleaned_data)]
    for row in refused:
        row.add_error(field, refusal)
    return not refused


class CampaignViewSet(SnippetViewSet):
    model = Campaign
    icon = "date"
    menu_label = _("Campaigns")
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", DateColumn("starts_at", label=_("Goes live")), "get_state_display"]
    list_filter = ["state"]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [
            HelpPanel(content=HELP),
            FieldPanel("name"),
            FieldPanel("starts_at"),
            InlinePanel("pages", heading=_("Pages"), label=_("Page"), panels=["page"]),
            InlinePanel(
                "prices",
                heading=_("Prices"),
                label=_("Price"),
                panels=["sku", "location", "price"],
            ),
            FieldPanel("promo_code"),
            FieldPanel("state", read_only=True),
            FieldPanel("settled_at", read_only=True),
            FieldPanel("fault", read_only=True),
        ],
        base_form_class=CampaignForm,
    )
