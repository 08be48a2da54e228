"""The letters that the shop owes: of what kind, for which order, and whether they went.

To whom is not written in one, and nobody is told here.
"""

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from backoffice.formats import linked
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.searching import of_orders
from backoffice.site import site
from shop.locations.models import Location
from shop.mail.models import Letter

TONES = {"sent": "success", "failed": "danger", "waiting": "info"}
FAILED = ~Q(failure="") & Q(needless=False)
STATES = {
    "sent": (_("sent"), Q(sent_at__isnull=False)),
    "failed": (_("failed"), FAILED),
    "needless": (_("not needed any more"), Q(needless=True)),
    "waiting": (_("waiting"), Q(sent_at=None, failure="")),
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


@admin.register(Letter, site=site)
class LetterAdmin(ReadOnly, OfficeAdmin):
    empty = _("A letter shows up here when the shop has something to tell.")
    list_display = ["kind", "state", "of_order", "created_at", "attempts", "sent_at", "failure"]
    list_filter = [StateFilter, ("kind", ChoicesDropdownFilter)]
    list_select_related = ["order"]
    search_fields = ["order__number"]
    search_help_text = _("Order number")
    ordering = ["-created_at"]
    sortable_by = []
    fields = ["kind", "state", "of_order", "created_at", "attempts", "sent_at", "failure"]

    def visible_to(self, user, rows):
        """Those to the shop's own people tell of no order."""
        own = Location.objects.visible_to(user).values("pk")
        return rows.filter(Q(order=None) | Q(order__location__in=own))

    def get_search_results(self, request, queryset, search_term):
        return of_orders(queryset, "order", search_term), False

    @display(description=_("state"), label=TONES)
    def state(self, letter):
        state = _state_of(letter)
        return state, STATES[state][0]

    @display(description=_("order"), empty_value="–")
    def of_order(self, letter):
        if letter.order is None:
            return None
        return linked(
            reverse("admin:order_order_change", args=[letter.order_id]), letter.order.number
        )


def _state_of(letter):
    if letter.needless:
        return "needless"
    if letter.failure:
        return "failed"
    return "sent" if letter.sent_at else "waiting"
