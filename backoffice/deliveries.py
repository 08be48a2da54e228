"""Deliveries: what suppliers brought, and taking the next one in."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.booking import BookedByLines, BookingForm
from backoffice.filters import LocationFilter
from backoffice.formats import at, staff
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.inventory import deliveries
from shop.inventory.deliveries import DeliveryRefused
from shop.inventory.models import Delivery, Movement


class DeliveryForm(BookingForm):
    reference = forms.CharField(label=_("Delivery note"), max_length=64, required=False)

    field_order = ["token", "location", "reference", "reason"]


@admin.register(Delivery, site=site)
class DeliveryAdmin(BookedByLines, ReadOnly, OfficeAdmin):
    location_path = "location"
    list_display = ["number", "location", "received", "reference", "reason", "by"]
    list_filter = [LocationFilter]
    list_select_related = ["location", "received_by"]
    empty = _("Receive a delivery: what it brought is on the shelves in one go.")
    search_fields = ["number", "reference"]
    search_help_text = _("Number or delivery note")
    sortable_by = []
    change_form_template = "backoffice/delivery.html"
    fields = []
    add_form_template = "backoffice/delivery_form.html"
    add_title = _("Receive a delivery")
    booking_form = DeliveryForm
    refusals = (DeliveryRefused,)

    def has_add_permission(self, request):
        return request.user.has_perm("inventory.add_delivery")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("location", "received_by")

    def book(self, request, typed, demands):
        delivery = deliveries.receive(
            typed["location"],
            demands,
            token=typed["token"],
            reference=typed["reference"],
            reason=typed["reason"],
            actor=request.user,
        )
        self.log_addition(request, delivery, str(_("received")))
        return delivery

    def said(self, delivery):
        return _("Delivery %(number)s is on the shelves.") % {"number": delivery.number}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        delivery = self.row(request, object_id)
        context = {
            "title": delivery.number,
            "delivery": delivery,
            "lines": [_shown(movement) for movement in _movements(delivery)],
            "received": at(delivery.received_at, delivery.location),
            "received_by": staff(delivery.received_by),
            "may_add": self.has_add_permission(request),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @display(description=_("received"), ordering="received_at")
    def received(self, delivery):
        return at(delivery.received_at, delivery.location)

    @display(description=_("by"))
    def by(self, delivery):
        return staff(delivery.received_by)


def _movements(delivery):
    booked = Movement.objects.filter(cause=delivery.number)
    return booked.select_related("stockrecord__product").order_by("stockrecord__product__title")


def _shown(movement):
    product = movement.stockrecord.product
    return {
        "record": movement.stockrecord,
        "product": product,
        "came": product.format_steps(movement.in_stock_change),
        "then": product.format_steps(movement.in_stock_after),
    }
