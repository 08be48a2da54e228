"""Stocktakes: counting a location's shelves without being told what should lie there."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice import stocktake_page
from backoffice.filters import LocationFilter
from backoffice.formats import at, badge
from backoffice.policy import OfficeAdmin
from backoffice.site import site
from backoffice.stocktake_page import counts_of
from backoffice.typed import NotTyped
from shop.inventory import stock, stocktakes
from shop.inventory.models import Stocktake
from shop.inventory.quantities import NotAQuantity
from shop.inventory.stocktakes import StocktakeRefused
from shop.locations.models import Location


class BeginForm(forms.ModelForm):
    class Meta:
        model = Stocktake
        fields = ["location"]
        widgets = {"location": UnfoldAdminSelectWidget}
        help_texts = {"location": _("All that is offered there is counted.")}


@admin.register(Stocktake, site=site)
class StocktakeAdmin(OfficeAdmin):
    add_label = _("Begin a stocktake")
    form = BeginForm
    location_path = "location"
    list_display = ["number", "state", "location", "begun", "closed"]
    list_filter = [LocationFilter]
    list_select_related = ["location"]
    empty = _("Begin one to count what lies at a location; the shop goes on selling meanwhile.")
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

    def get_changeform_initial_data(self, request):
        first = self._choices(Location, request).order_by("name").first()
        return {"location": first} | super().get_changeform_initial_data(request)

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
            if done := self._step(request, stocktake):
                return done
        context = stocktake_page.facts(stocktake)
        if "differences" in request.GET or not stocktake.is_open:
            context |= stocktake_page.differences(stocktake)
        else:
            context |= stocktake_page.to_count(stocktake, request.GET, request.POST)
        context |= {"may_count": may_count and stocktake.is_open, "token": uuid4()}
        return self.own_page(request, object_id, context)

    def _step(self, request, stocktake):
        if "scan" in request.POST:
            return self._scan(request, stocktake)
        if "close" in request.POST:
            return self._close(request, stocktake)
        return self._enter(request, stocktake)

    def _scan(self, request, stocktake):
        """One beep. A page that counts by itself is answered in facts, a plain form by its page."""
        try:
            token = UUID(request.POST.get("token", ""))
            sku = request.POST["scan"].strip()
            count = stocktakes.scan(stocktake, sku, token=token, actor=request.user)
        except (StocktakeRefused, ValueError) as refusal:
            answer, level = {"said": str(refusal)}, messages.ERROR
        else:
            answer, level = stocktake_page.scanned(count), messages.SUCCESS
        if request.accepts("text/html"):
            told = answer.get("said") or f"{answer['title']}: {answer['counted']}"
            messages.add_message(request, level, told)
            return self.back_to(request, stocktake)
        return JsonResponse(answer, status=409 if "said" in answer else 200)

    def _enter(self, request, stocktake):
        try:
            found = stocktake_page.typed(request.POST, stocktake)
            stocktakes.enter(stocktake, found, actor=request.user)
        except (NotTyped, NotAQuantity, StocktakeRefused) as refusal:
            # The page is shown again, with all that was typed.
            return messages.error(request, str(refusal))
        if found:
            said = ngettext("%(n)d count written down", "%(n)d counts written down", len(found))
            self.log_change(request, stocktake, said % {"n": len(found)})
        messages.success(request, _("Your counts are written down."))
        there = f"{self.page_of(stocktake)}?differences"
        return HttpResponseRedirect(there if "look" in request.POST else request.get_full_path())

    def _close(self, request, stocktake):
        try:
            stocktakes.close(stocktake, actor=request.user, seen=request.POST.get("seen", ""))
        except stock.OutOfStock as refusal:
            messages.error(request, _too_low(stocktake, refusal))
        except StocktakeRefused as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, stocktake, str(_("closed")))
            messages.success(request, _("The stocktake is closed and its differences are booked."))
        return HttpResponseRedirect(f"{self.page_of(stocktake)}?differences")

    @display(description=_("status"))
    def state(self, stocktake):
        return badge(_("open"), "busy") if stocktake.is_open else badge(_("closed"), "good")

    @display(description=_("begun"), ordering="begun_at")
    def begun(self, stocktake):
        return at(stocktake.begun_at, stocktake.location)

    @display(description=_("closed"), ordering="closed_at", empty_value="–")
    def closed(self, stocktake):
        return at(stocktake.closed_at, stocktake.location) or None


def _too_low(stocktake, refusal):
    short = [shortage.stockrecord_id for shortage in refusal.shortages]
    counts = counts_of(stocktake).filter(stockrecord__in=short)
    names = ", ".join(count.stockrecord.product.title for count in counts)
    said = _("Nothing was booked. Less was counted than is reserved for orders of: %(names)s.")
    return said % {"names": names}
