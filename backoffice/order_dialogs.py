"""What is asked before an order takes a step, and what that step will do."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.dialogs import REASON, RowDialog
from backoffice.formats import money
from shop.countries import name_of
from shop.order.models import Order
from shop.payment.cancellation import foresee


class ReadyDialog(RowDialog):
    model = Order
    form_before_template = "backoffice/dialogs/ready.html"

    def facts(self):
        return {"lines": self.row.lines_left.select_related("stockrecord")}


class ShipDialog(RowDialog):
    model = Order
    form_before_template = "backoffice/dialogs/ship.html"
    carrier = forms.CharField(
        label=_("Carrier"),
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The shopper is told, and so is the tracking number."),
    )
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=64,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )

    def facts(self):
        return {
            "country": name_of(self.row.delivery_country),
            "lines": self.row.lines_left.select_related("stockrecord"),
        }


class DeliverDialog(RowDialog):
    model = Order
    form_before_template = "backoffice/dialogs/deliver.html"


class CancelDialog(RowDialog):
    model = Order
    form_before_template = "backoffice/dialogs/cancel.html"
    reason = forms.CharField(**REASON, help_text=_("Kept in the order's history."))

    def facts(self):
        outcome = foresee(self.row)
        refund = money(outcome.refund, self.row.currency) if outcome.refund else ""
        return {"outcome": outcome, "refund": refund}
