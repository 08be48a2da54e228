"""Who of the staff is signed in at this moment, and ending it."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from backoffice.dialogs import RowDialog
from backoffice.passwords import AsksPassword
from backoffice.people import ago
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.staff import people, sessions
from shop.staff.models import StaffSession
from shop.staff.people import PeopleRefused

ICONS = {"computer": "computer", "tablet": "tablet", "phone": "smartphone", "program": "terminal"}


class EndDialog(AsksPassword, RowDialog):
    model = StaffSession
    form_before_template = "backoffice/dialogs/end_session.html"


@admin.register(StaffSession, site=site)
class SignedInAdmin(ReadOnly, OfficeAdmin):
    audited_by_domain = True
    list_display = ["who", "role", "device", "since", "seen"]
    list_filter = ["device"]
    search_fields = ["user__username"]
    search_help_text = _("Name")
    ordering = ["-seen_at"]
    fields = ["who", "role", "device", "began_at", "seen"]
    actions_row = ["end"]
    actions_detail = ["end"]
    change_form_outer_before_template = "backoffice/actions.html"

    def get_queryset(self, request):
        live = sessions.live().values("pk")
        rows = super().get_queryset(request).filter(pk__in=live)
        return rows.select_related("user").prefetch_related("user__groups")

    def has_end_permission(self, request, object_id=None):
        return request.user.has_perm("staff.delete_staffsession")

    @display(description=_("who"), ordering="user__username")
    def who(self, session):
        return session.user.get_username()

    @display(description=_("role"), empty_value="–")
    def role(self, session):
        return ", ".join(group.name for group in session.user.groups.all())

    @display(description=_("signed in"), ordering="began_at")
    def since(self, session):
        return ago(session.began_at)

    @display(description=_("last seen"), ordering="seen_at")
    def seen(self, session):
        return ago(max(filter(None, (session.seen_at, session.counter_at))))

    @action(
        description=_("End"),
        permissions=["end"],
        icon="logout",
        variant=ActionVariant.DANGER,
        dialog={
            "title": _("End this session?"),
            "form_class": EndDialog,
            "form_submit_text": _("End it"),
        },
    )
    def end(self, request, form, object_id):
        try:
            people.sign_out(form.row, actor=request.user)
        except PeopleRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The session is ended."))
        return self.back_to_list(request)
