"""What is asked before an order takes a step, and what that step will do, in numbers.

A dialog's `values` are what its step is called with besides the order and who takes it.
"""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.dialogs import REASON, RowDialog
from backoffice.formats import at, money
from shop.countries import name_of
from shop.mail.models import Kind
from shop.mail.resending import resendable
from shop.order import foresight
from shop.order.models import Order, Status
from shop.payment.cancellation import foresee
from shop.payment.models import Refund, RefundStatus
from shop.pickup import counter
from shop.pickup.counter import WITHOUT_CODE, PickupRefused

CODE = {
    "label": _("Pickup code"),
    "max_length": 400,
    # A scanner types into what has the focus.
    "widget": UnfoldAdminTextInputWidget(attrs={"autofocus": True, "autocomplete": "off"}),
}


class OrderDialog(RowDialog):
    model = Order
    # The fields that the step is told.
    told = ()

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in self.told}


class StepDialog(OrderDialog):
    """About a step of the whole order: which goods, and what becomes of their stock."""

    to = None

    def facts(self):
        return {"goods": in_numbers(foresight.of_step(self.row, self.to))}


class ReadyDialog(StepDialog):
    to = Status.READY
    form_before_template = "backoffice/dialogs/ready.html"


class ShipDialog(StepDialog):
    to = Status.SHIPPED
    told = ("carrier", "tracking_number")
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
        return super().facts() | {"country": name_of(self.row.delivery_country)}


class DeliverDialog(OrderDialog):
    form_before_template = "backoffice/dialogs/deliver.html"


class HandOverDialog(StepDialog):
    """For the code that somebody shows, or for a reason from who may do without."""

    to = Status.COMPLETED
    told = ("code", "reason")
    form_before_template = "backoffice/dialogs/hand_over.html"
    code = forms.CharField(
        **CODE, required=False, help_text=_("Scan the QR code or type the eight characters.")
    )
    reason = forms.CharField(
        **REASON | {"label": _("Reason to do without the code")},
        required=False,
        help_text=_("Kept in the order's history."),
    )

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request, object_id, **kwargs)
        self.actor = request.user
        if not self.actor.has_perm(WITHOUT_CODE):
            del self.fields["reason"]
            self.fields["code"].required = True

    @property
    def values(self):
        return {name: self.cleaned_data.get(name, "") for name in self.told}

    def clean_code(self):
        """Refused beside what was typed, as long as nothing is done yet."""
        code = self.cleaned_data["code"]
        try:
            found = counter.find(code, actor=self.actor) if code else None
        except PickupRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if found and found.order_id != self.row.pk:
            raise forms.ValidationError(_("This code is for another order."))
        return code

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("code") and not cleaned.get("reason"):
            self.add_error("code", _("Give the code, or the reason to do without."))
        return cleaned


class CancelDialog(StepDialog):
    to = Status.CANCELLED
    told = ("reason",)
    form_before_template = "backoffice/dialogs/cancel.html"
    reason = forms.CharField(**REASON, help_text=_("Kept in the order's history."))

    def facts(self):
        refund = foresee(self.row).refund
        return super().facts() | {"refund": money(refund, self.row.currency) if refund else ""}


class SendAgainDialog(OrderDialog):
    form_before_template = "backoffice/dialogs/send_again.html"

    def facts(self):
        failed = Refund.objects.filter(payment__order=self.row, status=RefundStatus.FAILED)
        amounts = failed.values_list("amount", flat=True)
        return {"amounts": [money(amount, self.row.currency) for amount in amounts]}


class ReissueDialog(OrderDialog):
    form_before_template = "backoffice/dialogs/reissue.html"

    def facts(self):
        code = self.row.pickup_codes.filter(voided_at=None).first()
        return {"expires": at(code.expires_at, self.row.location) if code else ""}


class ResendDialog(OrderDialog):
    told = ("kind",)
    form_before_template = "backoffice/dialogs/resend.html"
    kind = forms.ChoiceField(label=_("Which mail"), widget=UnfoldAdminSelectWidget)

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request, object_id, **kwargs)
        # The latest is what people miss.
        self.fields["kind"].choices = [
            (kind, Kind(kind).label) for kind in reversed(resendable(self.row))
        ]


def in_numbers(changes):
    """Stock changes as a dialog's rows; counts that stay as they are say so once."""
    return [
        {
            "title": change.line.title,
            "shelf": change.line.stockrecord.shelf,
            "quantity": change.line.label_of(change.steps),
            "in_stock": [change.line.label_of(steps) for steps in change.in_stock],
            "free": [change.line.label_of(steps) for steps in change.free],
            "moves": change.in_stock[0] != change.in_stock[1] or change.free[0] != change.free[1],
        }
        for change in changes
    ]
