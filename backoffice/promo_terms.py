"""What a promo code or a set of them gives, as the fields of one form."""

from decimal import Decimal

from django import forms
from django.contrib.admin.options import HORIZONTAL
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldBooleanSwitchWidget,
)

from backoffice.site import site
from shop.catalogue.models import Category, Product
from shop.locations.models import Location
from shop.offer.models import Range
from shop.voucher.terms import Kind, Terms

AMOUNT = {
    "max_digits": 12,
    "decimal_places": 2,
    "validators": [MinValueValidator(Decimal("0.01"))],
    "widget": UnfoldAdminDecimalFieldWidget,
}
GIVES = ["kind", "value", "currency"]
FOR = ["categories", "products", "min_total", "locations", "combinable"]


class TermsForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("It takes"),
        choices=Kind,
        initial=Kind.PERCENT,
        widget=UnfoldAdminRadioSelectWidget(radio_style=HORIZONTAL),
    )
    value = forms.DecimalField(
        label=_("How much"),
        help_text=_("A percentage, or an amount."),
        **AMOUNT,
    )
    categories = forms.ModelMultipleChoiceField(
        Category.objects.order_by("path"),
        label=_("Categories"),
        required=False,
        help_text=_("With all that is filed below them. Without any, and no products: everything."),
        widget=UnfoldAdminSelect2MultipleWidget,
    )
    products = forms.ModelMultipleChoiceField(
        Product.objects.all(),
        label=_("Products"),
        required=False,
        help_text=_("Beside what the categories hold."),
        widget=AutocompleteSelectMultiple(Range.included_products.field, site),
    )
    min_total = forms.DecimalField(
        label=_("From a total of"),
        required=False,
        help_text=_("Of the goods that it is for. Empty for any order."),
        **AMOUNT,
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.all(),
        label=_("Locations"),
        required=False,
        help_text=_("Where it can be used; none for everywhere."),
        widget=UnfoldAdminSelect2MultipleWidget,
    )
    combinable = forms.BooleanField(
        label=_("Together with other codes"),
        required=False,
        help_text=_("If not, it is the only code of its order."),
        widget=UnfoldBooleanSwitchWidget,
    )

    def clean_currency(self):
        currency = self.cleaned_data["currency"].strip().upper()
        if currency and not Location.objects.filter(currency=currency).exists():
            raise ValidationError(_("No location sells in this currency."))
        return currency

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Kind.FIXED and cleaned.get("currency") == "":
            self.add_error("currency", _("Say what currency the amount is in."))
        if {"kind", "value", "min_total"} <= cleaned.keys():
            self._check(cleaned.get("currency", ""))
        return cleaned

    def _check(self, currency):
        try:
            self.terms.check(currency)
        except ValidationError as faults:
            self.add_error(None, faults)

    @property
    def terms(self):
        found = self.cleaned_data
        return Terms(
            Kind(found["kind"]),
            found["value"],
            found["min_total"],
            categories=tuple(found.get("categories", ())),
            products=tuple(found.get("products", ())),
            locations=tuple(found.get("locations", ())),
            combinable=found.get("combinable", False),
        )
