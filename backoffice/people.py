"""The shop's own people: who works here as what, where, and whether they are signed in."""

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Exists, Max, OuterRef
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanSwitchWidget

from backoffice.dialogs import REASON, RowDialog
from backoffice.formats import badge
from backoffice.passwords import AsksPassword
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.customer.models import User
from shop.customer.roles import OWNER, ROLES
from shop.locations.models import Location
from shop.staff import people, two_factor
from shop.staff.models import SECOND_FACTORS
from shop.staff.people import PeopleRefused, colleagues


class RoleFilter(DropdownFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [(name, name) for name in ROLES]

    def queryset(self, request, queryset):
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class PersonDialog(AsksPassword, RowDialog):
    model = User
    form_before_template = "backoffice/dialogs/person.html"


class AssignDialog(PersonDialog):
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Roles"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None: this person opens nothing here."),
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.none(),
        label=_("Works at"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request, object_id, **kwargs)
        places = Location.objects.visible_to(request.user).order_by("name")
        self.fields["locations"].queryset = places
        self.initial["roles"] = self.row.groups.all()
        self.initial["locations"] = places.filter(users=self.row)


class DismissDialog(PersonDialog):
    form_before_template = "backoffice/dialogs/dismiss.html"
    reason = forms.CharField(**REASON, help_text=_("Kept in the audit log."))

    def facts(self):
        return {"sessions": self.row.staff_sessions.count()}


class SecondFactorDialog(PersonDialog):
    form_before_template = "backoffice/dialogs/second_factor.html"


class DemandDialog(AsksPassword, BaseDialogForm):
    form_before_template = "backoffice/dialogs/demand.html"
    demanded = forms.BooleanField(
        label=_("Everybody who works here logs in by two factors"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request=request, object_id=object_id, **kwargs)
        self.initial["demanded"] = two_factor.is_demanded()

    def get_before_template_context(self, request, object_id=None):
        working = colleagues().filter(is_active=True)
        return {"people": working.count(), "without": working.exclude(_has_factor()).count()}


def _has_factor():
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return Exists(factors)


@admin.register(User, site=site)
class StaffAdmin(ReadOnly, OfficeAdmin):
    audited_by_domain = True
    list_display = ["who", "role", "works_at", "seen", "second_factor", "works_here"]
    list_filter = [RoleFilter, "is_active"]
    search_fields = ["username"]
    search_help_text = _("Name")
    ordering = ["-is_active", "username"]
    fields = ["who", "role", "works_at", "seen", "last_login", "second_factor", "works_here"]
    actions_list = ["invite", "demand_two_factor"]
    actions_detail = ["assign", "dismiss", "take_back", "take_second_factor"]
    change_form_outer_before_template = "backoffice/actions.html"

    def visible_to(self, user, rows):
        return rows.filter(pk__in=colleagues().values("pk"))

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related("groups", "partners")
        return rows.annotate(seen_at=Max("staff_sessions__seen_at"), has_factor=_has_factor())

    def has_manage_permission(self, request, object_id=None):
        return request.user.has_perm("customer.change_user")

    def has_invite_permission(self, request):
        return request.user.has_perm("staff.add_invitation")

    def has_demand_permission(self, request):
        return request.user.has_perm("staff.add_twofactordemand")

    def get_actions_detail(self, request, object_id):
        person = self.row(request, object_id)
        offered = {
            "assign": person.is_active and not person.is_superuser,
            "dismiss": person.is_active and person.pk != request.user.pk,
            "take_back": not person.is_active,
            "take_second_factor": person.has_factor and person.pk != request.user.pk,
        }
        return [
            found
            for found in super().get_actions_detail(request, object_id)
            if offered[found.method.original_function_name]
        ]

    @display(description=_("name"), ordering="username")
    def who(self, user):
        return user.get_username()

    @display(description=_("role"), empty_value="–")
    def role(self, user):
        roles = [group.name for group in user.groups.all()]
        return ", ".join([str(_("Superuser"))] * user.is_superuser + roles) or None

    @display(description=_("works at"), empty_value="–")
    def works_at(self, user):
        if user.is_superuser or OWNER in {group.name for group in user.groups.all()}:
            return _("everywhere")
        return ", ".join(sorted(partner.name for partner in user.partners.all())) or None

    @display(description=_("last seen"), ordering="seen_at", empty_value=_("never"))
    def seen(self, user):
        return ago(user.seen_at or user.last_login)

    @display(description=_("logs in by"), ordering="has_factor")
    def second_factor(self, user):
        return badge(_("two factors"), "good") if user.has_factor else badge(_("password alone"))

    @display(description=_("account"), ordering="is_active")
    def works_here(self, user):
        return _("open") if user.is_active else badge(_("closed"), "bad")

    @action(
        description=_("Invite somebody"),
        permissions=["invite"],
        icon="person_add",
        variant=ActionVariant.PRIMARY,
    )
    def invite(self, request):
        return HttpResponseRedirect(reverse("admin:staff_invitation_add"))

    @action(
        description=_("Two-factor login"),
        permissions=["demand"],
        icon="phonelink_lock",
        dialog={
            "title": _("Two-factor login"),
            "form_class": DemandDialog,
            "form_submit_text": _("Save"),
        },
    )
    def demand_two_factor(self, request, form):
        two_factor.demand(form.cleaned_data["demanded"], actor=request.user)
        said = (
            _("Two factors are demanded now.")
            if two_factor.is_demanded()
            else _("Two factors are up to each person now.")
        )
        messages.success(request, said)
        return self.back_to_list(request)

    @action(
        description=_("Change roles and places"),
        permissions=["manage"],
        icon="badge",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("What may this person do, and where?"),
            "form_class": AssignDialog,
            "form_submit_text": _("Save"),
        },
    )
    def assign(self, request, form, object_id):
        chosen = form.cleaned_data
        places = [*chosen["locations"], *_unseen(form.row, request.user)]
        return self._do(request, form.row, people.assign, _("changed"), chosen["roles"], places)

    @action(
        description=_("Close the account"),
        permissions=["manage"],
        icon="person_off",
        dialog={
            "title": _("Close this account?"),
            "form_class": DismissDialog,
            "form_submit_text": _("Close it"),
        },
    )
    def dismiss(self, request, form, object_id):
        why = {"reason": form.cleaned_data["reason"]}
        return self._do(request, form.row, people.dismiss, _("closed"), **why)

    @action(
        description=_("Open the account again"),
        permissions=["manage"],
        icon="person_check",
        dialog={
            "title": _("Open this account again?"),
            "form_class": PersonDialog,
            "form_submit_text": _("Open it"),
        },
    )
    def take_back(self, request, form, object_id):
        return self._do(request, form.row, people.take_back, _("open again"))

    @action(
        description=_("Reset two factors"),
        permissions=["manage"],
        icon="phonelink_erase",
        dialog={
            "title": _("Take the second factor away?"),
            "form_class": SecondFactorDialog,
            "form_submit_text": _("Take it away"),
        },
    )
    def take_second_factor(self, request, form, object_id):
        return self._do(request, form.row, two_factor.take_away, _("without a second factor"))

    def _do(self, request, person, what, done, *values, **named):
        try:
            what(person, *values, actor=request.user, **named)
        except PeopleRefused as refusal:
            messages.error(request, str(refusal))
        else:
            said = _("%(who)s: %(done)s.") % {"who": person.get_username(), "done": done}
            messages.success(request, said)
        return self.back_to(request, person)


def _unseen(person, actor):
    """Places that the actor does not see stay as they are."""
    seen = Location.objects.visible_to(actor).values("pk")
    return Location.objects.filter(users=person).exclude(pk__in=seen)


def ago(moment):
    """`5 minutes ago`, `3 days ago`; now is within the minute."""
    if moment is None:
        return None
    if (timezone.now() - moment).total_seconds() < 90:
        return _("now")
    return _("%s ago") % timesince(moment, depth=1)
