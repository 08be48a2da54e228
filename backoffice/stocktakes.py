"""Stocktakes: counting a location's shelves without being shown what should lie there."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.filters import LocationFilter
from backoffice.formats import at, badge, staff
from backoffice.policy import OfficeAdmin
from backoffice.site import site
from backoffice.typed import NotTyped, typed_steps
from shop.catalogue.units import plain
from shop.inventory import stock, stocktakes
from shop.inventory.models import Stocktake
from shop.inventory.quantities import NotAQuantity
from shop.inventory.stocktakes import StocktakeRefused


class BeginForm(forms.ModelForm):
    class Meta:
        model = Stocktake
        fields = ["location"]
        widgets = {"location": UnfoldAdminSelectWidget}
        help_texts = {"location": _("All that is offered there is counted.")}


@admin.register(Stocktake, site=site)
class StocktakeAdmin(OfficeAdmin):
    empty = _("Nobody has counted yet. A stocktake finds out what is really there.")
    form = BeginForm
    location_path = "location"
    list_display = ["number", "state", "location", "begun", "closed"]
    list_filter = [LocationFilter]
    list_select_related = ["location"]
    search_fields = ["number"]
    change_form_template = "backoffice/stocktake.html"
    add_form_template = "admin/change_form.html"
    fields = ["location"]

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("location", "begun_by", "closed_by")

    def add_view(self, request, form_url="", extra_context=None):
        try:
            return super().add_view(request, form_url, extra_context)
        except StocktakeRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:inventory_stocktake_changelist"))

    def save_model(self, request, obj, form, change):
        obj.pk = stocktakes.begin(obj.location, actor=request.user).pk
        obj.refresh_from_db()

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(self.page_of(obj))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        stocktake = self.row(request, object_id)
        may_count = request.user.has_perm("inventory.change_stocktake")
        if request.method == "POST":
            if not may_count:
                raise PermissionDenied
            return self._step(request, stocktake)
        context = {
            "title": stocktake.number,
            "stocktake": stocktake,
            "counts": [_shown(count) for count in _counts(stocktake)],
            "may_count": may_count and stocktake.is_open,
            "begun": at(stocktake.begun_at, stocktake.location),
            "begun_by": staff(stocktake.begun_by),
            "closed": at(stocktake.closed_at, stocktake.location),
            "closed_by": staff(stocktake.closed_by),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _step(self, request, stocktake):
        try:
            stocktakes.enter(stocktake, _typed(request, stocktake), actor=request.user)
            said = _("Your counts are written down.")
            if "close" in request.POST:
                stocktakes.close(stocktake, actor=request.user)
                said = _("The stocktake is closed and its differences are booked.")
        except stock.OutOfStock as refusal:
            messages.error(request, _too_low(stocktake, refusal))
        except (NotTyped, NotAQuantity, StocktakeRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said)
        return self.back_to(request, stocktake)

    @display(description=_("status"))
    def state(self, stocktake):
        return badge(_("open"), "busy") if stocktake.is_open else badge(_("closed"), "good")

    @display(description=_("begun"), ordering="begun_at")
    def begun(self, stocktake):
        return at(stocktake.begun_at, stocktake.location)

    @display(description=_("closed"), ordering="closed_at", empty_value="–")
    def closed(self, stocktake):
        return at(stocktake.closed_at, stocktake.location) or None


def _counts(stocktake):
    counts = stocktake.counts.select_related("stockrecord__product", "counted_by")
    return counts.order_by("stockrecord__shelf", "stockrecord__product__title")


def _typed(request, stocktake):
    """What was typed, as steps by record; an emptied field takes its count back.

    A field that was left as it was shown says nothing: a colleague who counts
    the same shelves at the same time keeps what they wrote down.
    """
    typed = {}
    for count in _counts(stocktake):
        text = request.POST.get(f"counted-{count.pk}", "")
        if text != request.POST.get(f"shown-{count.pk}", ""):
            product = count.stockrecord.product
            typed[count.stockrecord_id] = typed_steps(text, product) if text.strip() else None
    return typed


def _too_low(stocktake, refusal):
    short = [shortage.stockrecord_id for shortage in refusal.shortages]
    counts = _counts(stocktake).filter(stockrecord__in=short)
    names = ", ".join(count.stockrecord.product.title for count in counts)
    said = _("Nothing was booked. Less was counted than is reserved for orders of: %(names)s.")
    return said % {"names": names}


def _shown(count):
    product = count.stockrecord.product
    entered = count.counted is not None
    return {
        "pk": count.pk,
        "product": product,
        "shelf": count.stockrecord.shelf,
        "unit": "" if product.unit == "piece" else product.get_unit_display(),
        "step": plain(product.step),
        "typed": plain(product.quantity(count.counted)) if entered else "",
        "counted": product.format_steps(count.counted) if entered else "",
        "then": product.format_steps(count.in_stock_then) if entered else "",
        "difference": product.format_steps(count.difference) if count.difference else "",
        "counted_by": staff(count.counted_by),
    }
