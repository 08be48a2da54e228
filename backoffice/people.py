"""The shop's own people. Shoppers are never listed, searched or named."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.customer.models import User


@admin.register(User, site=site)
class StaffAdmin(ReadOnly, OfficeAdmin):
    list_display = ["username", "role", "works_at", "last_login", "is_active"]
    search_fields = ["username"]
    ordering = ["username"]
    fields = ["username", "role", "works_at", "last_login", "is_active"]

    def visible_to(self, user, rows):
        return rows.filter(is_staff=True)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "partners")

    @display(description=_("role"), empty_value="–")
    def role(self, user):
        roles = [group.name for group in user.groups.all()]
        return ", ".join([str(_("Superuser"))] * user.is_superuser + roles)

    @display(description=_("works at"), empty_value="–")
    def works_at(self, user):
        if user.is_superuser:
            return _("everywhere")
        return ", ".join(partner.name for partner in user.partners.all())
