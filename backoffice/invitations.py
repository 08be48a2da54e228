"""Invitations to work here: who was asked, by whom, and what became of it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
)

from backoffice.dialogs import RowDialog
from backoffice.formats import badge
from backoffice.passwords import AsksPassword, SensitiveAdmin
from backoffice.policy import OfficeAdmin
from backoffice.site import site
from shop.customer.roles import ROLES
from shop.locations.models import Location
from shop.staff import invitations, people
from shop.staff.invitations import InvitationRefused
from shop.staff.models import Invitation
from shop.staff.people import PeopleRefused


class InvitationForm(AsksPassword, forms.ModelForm):
    email = forms.EmailField(label=_("Email address"), widget=UnfoldAdminEmailInputWidget)
    role = forms.ModelChoiceField(
        Group.objects.filter(name__in=ROLES).order_by("name"),
        label=_("Role"),
        empty_label=_("Choose one"),
        widget=UnfoldAdminSelectWidget,
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.order_by("name"),
        label=_("Works at"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("An owner sees every location in any case."),
    )

    class Meta:
        model = Invitation
        fields = ["email", "role", "locations"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self._look_ahead(cleaned)
        return cleaned

    def _look_ahead(self, cleaned):
        try:
            people.may_grant(self.request.user, [cleaned["role"]], cleaned["locations"])
            invitations.may_invite(cleaned["email"])
        except PeopleRefused as refusal:
            self.add_error("role", str(refusal))
        except InvitationRefused as refusal:
            self.add_error("email", str(refusal))


class InvitationDialog(AsksPassword, RowDialog):
    model = Invitation
    form_before_template = "backoffice/dialogs/invitation.html"


@admin.register(Invitation, site=site)
class InvitationAdmin(SensitiveAdmin, OfficeAdmin):
    audited_by_domain = True
    empty = _("Nobody is invited. Send an invitation: whoever gets it chooses a password.")
    form = InvitationForm
    list_display = ["to", "role", "works_at", "state", "invited_by", "until"]
    list_select_related = ["role", "invited_by"]
    ordering = ["-pk"]
    sortable_by = []
    facts = ["to", "role", "works_at", "state", "invited_by", "until"]
    add_fieldsets = [(None, {"fields": ["email", "role", "locations"]})]
    add_label = _("Send an invitation")
    actions_detail = ["send_again", "revoke"]
    change_form_outer_before_template = "backoffice/actions.html"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("locations")

    def get_fieldsets(self, request, obj=None):
        if obj:
            return [(None, {"fields": self.facts})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        return self.facts if obj else []

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_invite_permission(self, request, object_id=None):
        return request.user.has_perm("staff.change_invitation")

    def get_actions_detail(self, request, object_id):
        invitation = self.row(request, object_id)
        return super().get_actions_detail(request, object_id) if invitation.email else []

    def save_model(self, request, obj, form, change):
        chosen = form.cleaned_data
        who = {"actor": request.user}
        made = invitations.invite(chosen["email"], chosen["role"], chosen["locations"], **who)
        obj.pk = made.pk

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _("The invitation is on its way to %s.") % obj.email)
        return self.back_to_list(request)

    def save_related(self, request, form, formsets, change):
        """The places were written with the invitation."""

    @display(description=_("to"))
    def to(self, invitation):
        return invitation.email or _("(forgotten)")

    @display(description=_("works at"), empty_value="–")
    def works_at(self, invitation):
        return ", ".join(sorted(place.name for place in invitation.locations.all())) or None

    @display(description=_("state"))
    def state(self, invitation):
        return state_of(invitation)

    @display(description=_("valid until"))
    def until(self, invitation):
        return date_format(invitation.expires_at, "j M Y, H:i")

    @action(
        description=_("Send again"),
        permissions=["invite"],
        icon="forward_to_inbox",
        dialog={
            "title": _("Send a new link?"),
            "form_class": InvitationDialog,
            "form_submit_text": _("Send again"),
        },
    )
    def send_again(self, request, form, object_id):
        return self._do(request, form.row, invitations.send_again, _("A new letter is on its way."))

    @action(
        description=_("Take back"),
        permissions=["invite"],
        icon="cancel",
        dialog={
            "title": _("Take the invitation back?"),
            "form_class": InvitationDialog,
            "form_submit_text": _("Take it back"),
        },
    )
    def revoke(self, request, form, object_id):
        return self._do(request, form.row, invitations.revoke, _("Its link opens nothing now."))

    def _do(self, request, invitation, what, said):
        try:
            what(invitation, actor=request.user)
        except (InvitationRefused, PeopleRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said)
        return self.back_to(request, invitation)


def state_of(invitation):
    if invitation.accepted_at:
        return badge(_("accepted"), "good")
    if invitation.revoked_at:
        return badge(_("taken back"))
    if invitation.expires_at < timezone.now():
        return badge(_("ran out"), "warn")
    return badge(_("open"), "busy")
