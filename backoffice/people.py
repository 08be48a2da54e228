"""The shop's own people, and when they looked at a contact. Shoppers are never named."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.filters import LocationFilter
from backoffice.formats import at
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.contacts.models import Reveal
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


@admin.register(Reveal, site=site)
class RevealAdmin(ReadOnly, OfficeAdmin):
    """Who looked at which order's contact, and why: as the shoppers see it, with the username."""

    empty = _("Nobody has looked at a contact.")
    location_path = "order__location"
    list_display = ["of_order", "actor", "role", "reason", "when"]
    list_filter = [LocationFilter]
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
