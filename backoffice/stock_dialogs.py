"""What is asked before stock is received, put right or sent elsewhere."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.dialogs import REASON, RowDialog
from shop.catalogue.units import NotAStep
from shop.locations.models import Location
from shop.partner.models import StockRecord

# Whatever the step, this many are fewer than the column for steps holds.
MOST = 1_000_000
QUANTITY = {
    "max_digits": 10,
    "decimal_places": 3,
    "max_value": MOST,
    "widget": UnfoldAdminDecimalFieldWidget,
}


def steps_of(product, quantity):
    """A quantity in the product's unit as steps, for a form's field; may be negative."""
    try:
        steps = product.steps(abs(quantity))
    except NotAStep as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
    return steps if quantity > 0 else -steps


class StockDialog(RowDialog):
    model = StockRecord
    form_before_template = "backoffice/dialogs/stock.html"
    field_order = ["quantity"]

    def facts(self):
        product = self.row.product
        return {
            "record": self.row,
            "product": product,
            "now": product.format_steps(self.row.num_in_stock),
            "reserved": product.format_steps(self.row.num_allocated),
            "unit": product.get_unit_display(),
            "step": product.format_steps(1),
        }

    def clean_quantity(self):
        return steps_of(self.row.product, self.cleaned_data["quantity"])


class OnceDialog(StockDialog):
    """One that books once, however often its button is pressed."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ReceiveDialog(OnceDialog):
    quantity = forms.DecimalField(label=_("Quantity received"), **QUANTITY, min_value=0)
    delivery = forms.CharField(
        label=_("Delivery"),
        max_length=64,
        required=False,
        help_text=_("The number of its note, if it has one."),
        widget=UnfoldAdminTextInputWidget,
    )


class AdjustDialog(StockDialog):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    quantity = forms.DecimalField(
        label=_("Change"),
        help_text=_("What to add; with a minus, what to take off."),
        min_value=-MOST,
        **QUANTITY,
    )
    reason = forms.CharField(**REASON, help_text=_("As in: two jars broken. The ledger keeps it."))

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request, object_id, **kwargs)
        self.fields["seen"].initial = self.row.num_in_stock


class SendDialog(OnceDialog):
    quantity = forms.DecimalField(label=_("Quantity to send"), **QUANTITY, min_value=0)
    receiver = forms.ModelChoiceField(
        Location.objects.all(), label=_("To"), widget=UnfoldAdminSelectWidget
    )
    why = forms.CharField(**REASON | {"label": _("What for")}, required=False)

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request, object_id, **kwargs)
        # Goods go to any location that offers them: to send is not to see its rows.
        offering = self.row.product.stockrecords.exclude(pk=self.row.pk).values("partner")
        self.fields["receiver"].queryset = Location.objects.filter(pk__in=offering)
