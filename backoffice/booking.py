"""Rows that are made from lines of goods: looked at as often as one likes, then booked once."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice import stock_lines
from backoffice.site import site
from shop.catalogue.models import Product
from shop.inventory.quantities import NotAQuantity
from shop.inventory.stock import OutOfStock
from shop.locations.models import Location
from shop.partner.models import StockRecord

SUGGESTIONS = 12


class BookingForm(forms.Form):
    """What all lines have in common; the token is what makes one form book once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    location = forms.ModelChoiceField(Location.objects.none(), label=gettext_lazy("Location"))
    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Location.objects.visible_to(user).order_by("name")
        self.fields["location"].queryset = own
        self.fields["location"].initial = own.first()
        self.fields["token"].initial = uuid4


class BookedByLines:
    """For an admin whose add page is such a form. `book` makes the row of what was typed."""

    booking_form = BookingForm
    refusals = ()
    # Whether the lines are added to what lies at the location, or taken off it.
    sign = 1

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self._form(request)
        pairs, too_many = stock_lines.typed(request.POST)
        lines = self.lines(request, form, pairs)
        if "book" in request.POST and not too_many and self._is_looked_at(request, form, lines):
            row = self._booked(request, form, lines)
            if row:
                return HttpResponseRedirect(self.page_of(row))
        return self._form_page(request, {"form": form, "lines": lines, "too_many": too_many})

    def _form(self, request):
        sent = request.POST if request.method == "POST" else None
        here = {name: request.GET[name] for name in ("location",) if name in request.GET}
        return self.booking_form(request.user, sent, initial=here)

    def _form_page(self, request, context):
        context |= {
            "opts": self.opts,
            "title": self.add_title,
            "errors": sum(bool(line.error) for line in context["lines"]),
            "most": stock_lines.MOST_LINES,
        }
        context = self.admin_site.each_context(request) | context
        return TemplateResponse(request, self.add_form_template, context)

    def lines(self, request, form, pairs):
        form.full_clean()
        location = form.cleaned_data.get("location") if form.is_bound else None
        return stock_lines.read(pairs, offered(request, location), self.sign)

    def _is_looked_at(self, request, form, lines):
        """Only what was shown is booked: lines that were pasted this moment were not."""
        if not lines:
            messages.error(request, _("There is no line yet: scan, type or paste one."))
        elif any(line.error for line in lines):
            messages.error(request, _("Nothing was booked. See the lines that are marked."))
        elif request.POST.get("pasted", "").strip():
            messages.info(request, _("Look at the lines, then book them."))
        elif form.is_valid():
            return True
        return False

    def _booked(self, request, form, lines):
        try:
            row = self.book(request, form.cleaned_data, stock_lines.demands(lines))
        except OutOfStock:
            # Somebody was quicker; the lines, read anew, say of which goods.
            lines[:] = self.lines(request, form, stock_lines.typed(request.POST)[0])
            messages.error(request, _("Nothing was booked: there is less than that by now."))
            return None
        except (NotAQuantity, *self.refusals) as refusal:
            messages.error(request, str(refusal))
            return None
        messages.success(request, self.said(row))
        return row


def offered(request, location):
    """What somebody may book at a location; nothing without one."""
    records = site.get_model_admin(StockRecord).get_queryset(request)
    return records.filter(partner=location.pk) if location else records.none()


def suggest(request):
    """What is offered at `?location=` whose name holds, or whose SKU begins with, `?q=`."""
    if not request.user.has_perm("partner.view_stockrecord"):
        raise PermissionDenied
    asked, words = request.GET.get("location", ""), request.GET.get("q", "").strip()
    locations = Location.objects.visible_to(request.user)
    location = locations.filter(pk=asked).first() if asked.isdecimal() else None
    here = offered(request, location).values("product") if words else []
    found = Product.objects.filter(pk__in=here).named(words).order_by("title")[:SUGGESTIONS]
    return JsonResponse(
        {"found": [{"sku": product.sku, "title": product.title} for product in found]}
    )
