"""Customers: a number, how many orders, how much money. Nothing here names anybody."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.formats import money
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.customer.models import Customer
from shop.order.models import Order
from shop.payment.spending import spent_by
from shop.staff.people import colleagues


class CustomerList(ChangeList):
    """Reads what a page's customers bought at once."""

    def get_results(self, request):
        super().get_results(request)
        tell(self.result_list)


def tell(customers):
    placed = Order.objects.filter(user__in=[customer.pk for customer in customers])
    ordered = dict(placed.order_by().values_list("user").annotate(Count("pk")))
    spent = spent_by(customers)
    for customer in customers:
        customer.ordered, customer.spent = ordered.get(customer.pk, 0), spent[customer.pk]


@admin.register(Customer, site=site)
class CustomerAdmin(ReadOnly, OfficeAdmin):
    empty = _("A customer shows up here with their first order.")
    list_display = ["number", "orders", "spend"]
    fields = ["number", "orders", "spend"]
    ordering = ["-pk"]
    sortable_by = []
    # Whoever could be searched for could be found.
    search_fields = []

    def visible_to(self, user, rows):
        return rows.exclude(pk__in=colleagues().values("pk"))

    def get_queryset(self, request):
        return super().get_queryset(request).only("pk")

    def lookup_allowed(self, lookup, value, request=None):
        # An address could ask which customers have a name that begins with Z.
        return False

    def get_changelist(self, request, **kwargs):
        return CustomerList

    def get_object(self, request, object_id, from_field=None):
        customer = super().get_object(request, object_id, from_field)
        if customer is not None:
            tell([customer])
        return customer

    @display(description=_("customer"))
    def number(self, customer):
        return customer.pk

    @display(description=_("orders"))
    def orders(self, customer):
        return customer.ordered

    @display(description=_("spent"), empty_value="–")
    def spend(self, customer):
        return " · ".join(money(amount, currency) for currency, amount in customer.spent)
