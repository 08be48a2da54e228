"""Trying promo codes on a basket that nobody has: which work, which do not, and why."""

from datetime import UTC

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.formats import money
from backoffice.site import site
from shop.basket.contents import NotOfferedHere
from shop.basket.simulation import imagine, try_each, try_together
from shop.catalogue.models import Product
from shop.catalogue.units import NotAStep
from shop.locations.models import Location
from shop.partner.models import StockRecord
from shop.voucher import making, promo_codes
from shop.voucher.models import Voucher, VoucherSet
from shop.voucher.promo_codes import PromoCodeUnknown

ROWS = 5
MOST_TYPED = 10
# Of each set one code is tried, and of all others the latest.
MOST_TRIED = 100


class TryForm(forms.Form):
    location = forms.ModelChoiceField(
        Location.objects.none(),
        label=_("Location"),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    codes = forms.CharField(
        label=_("Codes"),
        required=False,
        max_length=700,
        help_text=_("As a shopper types them, one after the other. Empty: every code there is."),
        widget=UnfoldAdminTextInputWidget,
    )
    shopper = forms.TypedChoiceField(
        label=_("Shopper"),
        coerce=int,
        choices=[(0, _("has used none of them")), (1, _("has used each of them once"))],
        widget=UnfoldAdminSelectWidget,
    )
    moment = forms.DateTimeField(
        label=_("On (UTC)"),
        required=False,
        help_text=_("Empty: now."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = Location.objects.visible_to(user).order_by("name")

    def clean_codes(self):
        """The promo codes that were typed, in turn."""
        typed = dict.fromkeys(self.cleaned_data["codes"].replace(",", " ").split())
        if len(typed) > MOST_TYPED:
            raise forms.ValidationError(_("No more than %(n)d codes.") % {"n": MOST_TYPED})
        try:
            codes = [promo_codes.find(code) for code in typed]
        except PromoCodeUnknown as refusal:
            raise forms.ValidationError(str(refusal)) from None
        prefetch_related_objects(codes, *making.TERMS)
        return codes

    def clean_moment(self):
        moment = self.cleaned_data["moment"]
        return moment and moment.replace(tzinfo=UTC)


class GoodsForm(forms.Form):
    product = forms.ModelChoiceField(
        Product.objects.all(),
        label=_("Product"),
        widget=AutocompleteSelect(StockRecord._meta.get_field("product"), site),
    )
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=9,
        decimal_places=3,
        initial=1,
        widget=UnfoldAdminDecimalFieldWidget,
    )

    def clean(self):
        cleaned = super().clean()
        if {"product", "quantity"} <= cleaned.keys():
            try:
                cleaned["steps"] = cleaned["product"].steps(cleaned["quantity"])
            except NotAStep as refusal:
                self.add_error("quantity", f"{cleaned['product'].title}: {refusal}")
        return cleaned


class GoodsRows(BaseFormSet):
    def __init__(self, *args, products, **kwargs):
        self.products = products
        super().__init__(*args, **kwargs)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["product"].queryset = self.products

    @property
    def goods(self):
        """Pairs of product and steps; a product that was chosen twice is one of them."""
        chosen = {}
        for form in self.forms:
            if "steps" in form.cleaned_data:
                product = form.cleaned_data["product"]
                chosen[product] = chosen.get(product, 0) + form.cleaned_data["steps"]
        return list(chosen.items())


GoodsFormSet = formset_factory(GoodsForm, formset=GoodsRows, extra=ROWS, max_num=50)


def simulate(request):
    """What the page of the simulator shows. It reads, whatever is asked of it."""
    asked = request.GET if "goods-TOTAL_FORMS" in request.GET else None
    initial = {"codes": request.GET.get("codes", "")}
    form = TryForm(asked, user=request.user, initial=initial)
    products = site.get_model_admin(Product).get_queryset(request)
    rows = GoodsFormSet(asked, prefix="goods", products=products)
    context = {"title": _("Try promo codes"), "form": form, "rows": rows, "media": _media(rows)}
    return context | (_trial(form, rows) if asked else {})


def _media(rows):
    return rows.empty_form.media


def _trial(form, rows):
    if not (form.is_valid() & rows.is_valid()):
        return {"faults": [*_faults(form), *(fault for row in rows for fault in _faults(row))]}
    if not rows.goods:
        return {"faults": [_("Choose a product.")]}
    asked = form.cleaned_data
    try:
        basket = imagine(asked["location"], rows.goods)
    except NotOfferedHere as refusal:
        return {"faults": [str(refusal)]}
    how = {"times_used": asked["shopper"], "now": asked["moment"]}
    codes = asked["codes"] or list(_all_codes())
    said = {code.pk: making.said(code) for code in codes}
    each = [_row(trial, said, basket) for trial in try_each(codes, basket, **how)]
    together = try_together(asked["codes"], basket, **how) if asked["codes"] else []
    return {
        "each": sorted(each, key=lambda row: -row["amount"]),
        "together": [_row(trial, said, basket) for trial in together],
        "lines": [_line(line, basket) for line in basket.all_lines()],
        "before": money(basket.total_incl_tax_excl_discounts, basket.currency),
        "after": money(basket.total_incl_tax, basket.currency),
    }


def _faults(form):
    return [fault for faults in form.errors.values() for fault in faults]


def _all_codes():
    unused = Voucher.objects.filter(voucher_set=OuterRef("pk"), num_orders=0).order_by("pk")
    of_sets = VoucherSet.objects.values(first=Subquery(unused.values("pk")[:1]))
    codes = Voucher.objects.filter(Q(voucher_set=None) | Q(pk__in=of_sets))
    return codes.prefetch_related(*making.TERMS).order_by("-date_created", "pk")[:MOST_TRIED]


def _row(trial, said, basket):
    return {
        "code": trial.voucher.code,
        "does": said[trial.voucher.pk],
        "amount": trial.takes_off,
        "takes_off": money(-trial.takes_off, basket.currency) if trial.takes_off else "",
        "refusal": trial.refusal,
    }


def _line(line, basket):
    return {
        "title": line.product.title,
        "quantity": line.product.format_steps(line.quantity),
        "price": money(line.line_price_incl_tax, basket.currency),
        "left": money(line.line_price_incl_tax_incl_discounts, basket.currency),
    }
