"""Sending money back: which goods, how much beside them, and what will happen before it does."""

from decimal import Decimal

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldBooleanSwitchWidget

from backoffice.dialogs import REASON
from backoffice.formats import money
from backoffice.order_dialogs import OrderDialog, in_numbers
from backoffice.passwords import AsksPassword
from shop.catalogue.units import NotAStep, plain, steps_in
from shop.order import foresight
from shop.order.returns import IS_OUT, CannotGiveBack
from shop.payment.refunds import TooMuch, foresee_refund, left_to_refund, payment_of


class RefundDialog(AsksPassword, OrderDialog):
    """Tells what it would do when it is filled in, and does it when that is sent once more."""

    is_always_sensitive = False
    form_before_template = "backoffice/dialogs/refund.html"
    form_after_template = "backoffice/dialogs/refund_outcome.html"
    beside_goods = forms.DecimalField(
        label=gettext_lazy("Money beside the goods"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=gettext_lazy("For the delivery, or as a goodwill."),
    )
    restock = forms.BooleanField(
        label=gettext_lazy("The goods can be sold again"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Without it they are lost, and no stock comes back."),
    )
    reason = forms.CharField(**REASON, help_text=gettext_lazy("Kept with the refund."))
    # What was shown last; only that is done.
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request, object_id, **kwargs)
        self.parts, self.beside, self.outcome, self.goods = [], Decimal(0), [], []
        self.lines = self._lines_to_give_back()
        for name, line in self.lines.items():
            self.fields[name] = _quantity_of(line)
        self.order_fields([*self.lines, "beside_goods", "restock", "reason"])

    def _lines_to_give_back(self):
        if self.row.status == "cancelled":
            return {}
        lines = self.row.lines_left.select_related("stockrecord").order_by("pk")
        return {f"line_{line.pk}": line for line in lines}

    def facts(self):
        payment = payment_of(self.row)
        left = left_to_refund(payment) if payment else Decimal(0)
        return {"left": money(left, self.row.currency)}

    def get_after_template_context(self, request, object_id=None):
        return {"outcome": self.outcome, "goods": self.goods}

    @property
    def values(self):
        how = {name: self.cleaned_data[name] for name in ("restock", "reason")}
        return how | {"parts": self.parts, "beside": self.beside}

    def clean(self):
        cleaned = super().clean()
        self.beside = cleaned.get("beside_goods") or Decimal(0)
        self.parts = [part for name in self.lines if (part := self._part(name, cleaned))]
        if not self.errors:
            self._foresee(cleaned)
        return cleaned

    def _part(self, name, cleaned):
        line, quantity = self.lines[name], cleaned.get(name)
        if not quantity:
            return None
        try:
            return line, steps_in(quantity, line.step, line.unit)
        except NotAStep as refusal:
            self.add_error(name, str(refusal))

    def _foresee(self, cleaned):
        if not self.parts and not self.beside:
            self.add_error("beside_goods", _("Say which goods, or how much."))
            return
        try:
            total = foresee_refund(self.row, self.parts, beside=self.beside)
        except CannotGiveBack as refusal:
            self.add_error(f"line_{refusal.line.pk}", str(refusal))
        except TooMuch as refusal:
            self.add_error("beside_goods", str(refusal))
        else:
            self._ask(self._sentences(total, cleaned["restock"]))
            self._guard(total)

    def _ask(self, sentences):
        """Nothing is done that was not shown: another total or other goods are shown anew."""
        shown = " ".join(sentences)
        if self.cleaned_data["agreed"] == shown:
            return
        self.outcome = sentences
        restock = self.cleaned_data["restock"]
        # Beside the sentences: others sell meanwhile, and that is no reason to ask anew.
        self.goods = in_numbers(foresight.of_giving_back(self.row, self.parts, restock=restock))
        self.data = self.data.copy()
        self.data["agreed"] = shown
        self.add_error("agreed", _("Look at what will happen."))

    def _guard(self, total):
        """A lot of money asks for the password, from when it is shown how much it is."""
        if total > settings.CONFIRM_REFUNDS_ABOVE:
            if self.outcome:
                self.ask_password()
            else:
                self.check_password()

    def _sentences(self, total, restock):
        amount = money(total, self.row.currency)
        return [
            _("%(amount)s goes back to the shopper.") % {"amount": amount},
            *(self._sentence(line, steps, restock) for line, steps in self.parts),
        ]

    def _sentence(self, line, steps, restock):
        goods = {"goods": f"{line.title}, {line.label_of(steps)}"}
        if restock:
            return _("%(goods)s: on sale again.") % goods
        if self.row.status in IS_OUT:
            return _("%(goods)s: does not come back.") % goods
        return _("%(goods)s: taken off the shelf as lost.") % goods


def _quantity_of(line):
    each = money(line.line_price_incl_tax, line.order.currency)
    told = {"left": line.left_label, "sold": line.quantity_label, "price": each}
    return forms.DecimalField(
        label=line.title,
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=3,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": plain(line.step), "placeholder": "0"}),
        help_text=_("Up to %(left)s. Sold: %(sold)s for %(price)s.") % told,
    )
