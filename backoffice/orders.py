"""Orders: what is to be made ready, and where each one stands."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from backoffice import order_page, papers, picking
from backoffice.filters import LocationFilter
from backoffice.order_bulk import BulkOrders
from backoffice.order_list import OrderColumns, PromiseFilter, with_payment
from backoffice.order_steps import OrderSteps
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.reveal import RevealsContact
from backoffice.site import site
from shop.codes import as_typed
from shop.order.models import Line, Order
from shop.pickup import counter
from shop.pickup.counter import TooManyAttempts


@admin.register(Order, site=site)
class OrderAdmin(OrderColumns, BulkOrders, OrderSteps, RevealsContact, ReadOnly, OfficeAdmin):
    empty = _("Orders show up here by themselves, as soon as somebody buys something.")
    empty_link = (_("What is on sale"), "partner.stockrecord")
    presets = [
        (_("To make ready"), "status__exact=paid"),
        (_("Late"), "promise=late"),
        (_("To be collected"), "status__exact=ready"),
        (_("On their way"), "status__exact=shipped"),
    ]
    location_path = "location"
    list_display = ["number", "state", "where", "placed", "promised", "total", "payment"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("fulfilment", ChoicesDropdownFilter),
        LocationFilter,
        PromiseFilter,
    ]
    list_select_related = ["location"]
    list_before_template = "backoffice/orders_refresh.html"
    ordering = ["-date_placed"]
    # What an index can sort a million of.
    sortable_by = ["number", "placed", "promised"]
    search_fields = ["number"]
    search_help_text = _("Order number, SKU or pickup code")
    actions_detail = [
        "mark_ready",
        "hand_over",
        "ship",
        "deliver",
        "refund",
        "send_refunds_again",
        "resend_mail",
        "reissue_code",
        "cancel",
        "reveal_contact",
    ]
    change_form_template = "backoffice/order.html"
    # The shopper's own page of it is not for the staff.
    view_on_site = False
    # The page is the template's own; a form would fetch every choice there is.
    fields = []

    def get_queryset(self, request):
        return with_payment(super().get_queryset(request))

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        typed = as_typed(search_term)
        numbered = Order.objects.filter(number__startswith=typed).values("pk")
        sold = Line.objects.filter(upc__iexact=search_term.strip()).values("order")
        # Each of the three has an index; joined by OR they have none.
        found = numbered.union(sold, self._found_by_code(request, search_term))
        return queryset.filter(pk__in=found), False

    def _found_by_code(self, request, search_term):
        try:
            code = counter.find_typed(search_term, actor=request.user)
        except TooManyAttempts as refusal:
            messages.error(request, str(refusal))
            code = None
        return Order.objects.filter(pk=code.order_id if code else None).values("pk")

    def get_urls(self):
        return [*papers.addresses(self), *picking.addresses(self), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        order = self.row(request, object_id)
        context = {"title": order.number, "page": order_page.read(order)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))
