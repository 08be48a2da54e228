"""An order's contact, shown once in a dialog: never in an address, a list or the history."""

from django import forms
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import action

from backoffice.dialogs import REASON, RowDialog
from backoffice.passwords import AsksPassword
from shop.contacts.reveal import PERMISSION, RevealRefused, reveal
from shop.order.models import Order


class RevealDialog(AsksPassword, RowDialog):
    model = Order
    form_before_template = "backoffice/dialogs/reveal.html"
    reason = forms.CharField(
        **REASON, help_text=_("The shopper reads it. Name nobody: it is kept for good.")
    )


class RevealsContact:
    """Gives the orders' admin the action `reveal_contact`."""

    def has_reveal_permission(self, request, obj=None):
        return request.user.has_perm(PERMISSION)

    @action(
        description=_("Reveal contact"),
        permissions=["reveal"],
        icon="visibility",
        dialog={
            "title": _("Look at who this order is for?"),
            "form_class": RevealDialog,
            "form_submit_text": _("Show me"),
        },
    )
    @sensitive_variables()
    def reveal_contact(self, request, form, object_id):
        order = form.row
        shown = {"order": order, "back": self.page_of(order)}
        try:
            shown["contact"] = reveal(order, request.user, form.cleaned_data["reason"])
        except RevealRefused as refusal:
            shown["refusal"] = str(refusal)
        response = render(request, "backoffice/dialogs/contact.html", shown)
        add_never_cache_headers(response)
        # The answer takes the whole dialog's place, its question included.
        response["HX-Retarget"] = response["HX-Reselect"] = "#dialog"
        return response
