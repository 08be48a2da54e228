"""Transfers: what is under way between locations, and taking it in where it arrives."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.dialogs import REASON, RowDialog
from backoffice.formats import at, staff
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from backoffice.typed import NotTyped, typed_steps
from shop.catalogue.units import plain
from shop.inventory import transfers
from shop.inventory.models import Transfer, TransferStatus
from shop.inventory.quantities import NotAQuantity
from shop.inventory.transfers import Arrival, TransferRefused
from shop.locations.models import Location

TONES = {TransferStatus.IN_TRANSIT: "info", TransferStatus.RECEIVED: "success"}


class CancelTransferDialog(RowDialog):
    model = Transfer
    reason = forms.CharField(
        **REASON, help_text=_("The goods go back to the stock of where they were sent from.")
    )


@admin.register(Transfer, site=site)
class TransferAdmin(ReadOnly, OfficeAdmin):
    empty = _("Nothing is on the move. Goods are sent on from a stock record's page.")
    empty_link = (_("The stock"), "partner.stockrecord")
    list_display = ["number", "state", "sender", "receiver", "sent", "ended"]
    list_filter = [("status", ChoicesDropdownFilter)]
    list_select_related = ["sender", "receiver"]
    search_fields = ["number", "lines__sent_from__product__upc"]
    search_help_text = _("Transfer number or SKU")
    actions_detail = ["cancel"]
    change_form_template = "backoffice/transfer.html"
    fields = []

    def visible_to(self, user, rows):
        own = Location.objects.visible_to(user).values("pk")
        return rows.filter(Q(sender__in=own) | Q(receiver__in=own))

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("sender", "receiver", "sent_by", "ended_by")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        transfer = self.row(request, object_id)
        may_receive = self._works_at(request, transfer.receiver)
        if request.method == "POST":
            if not may_receive:
                raise PermissionDenied
            return self._receive(request, transfer)
        context = {
            "title": transfer.number,
            "transfer": transfer,
            "lines": [_shown(line) for line in _lines(transfer)],
            "may_receive": may_receive and transfer.status == TransferStatus.IN_TRANSIT,
            "sent": at(transfer.sent_at, transfer.sender),
            "sent_by": staff(transfer.sent_by),
            "ended": at(transfer.ended_at, transfer.receiver),
            "ended_by": staff(transfer.ended_by),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _works_at(self, request, location):
        allowed = request.user.has_perm("inventory.change_transfer")
        return allowed and Location.objects.visible_to(request.user).filter(pk=location.pk).exists()

    def _receive(self, request, transfer):
        try:
            transfers.receive(transfer, _arrivals(request, transfer), actor=request.user)
        except (NotTyped, NotAQuantity, TransferRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The goods are on the shelf here."))
        return self.back_to(request, transfer)

    def get_actions_detail(self, request, object_id):
        transfer = self.row(request, object_id)
        if transfer.status != TransferStatus.IN_TRANSIT:
            return []
        return super().get_actions_detail(request, object_id)

    def has_take_back_permission(self, request, obj=None):
        return request.user.has_perm("inventory.change_transfer")

    @action(
        description=_("Cancel transfer"),
        permissions=["take_back"],
        icon="cancel",
        dialog={
            "title": _("Cancel this transfer?"),
            "form_class": CancelTransferDialog,
            "form_submit_text": _("Cancel the transfer"),
        },
    )
    def cancel(self, request, form, object_id):
        if not self._works_at(request, form.row.sender):
            raise PermissionDenied
        try:
            transfers.cancel(form.row, reason=form.cleaned_data["reason"], actor=request.user)
        except (TransferRefused, NotAQuantity) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The goods are back where they were sent from."))
        return self.back_to(request, form.row)

    @display(description=_("status"), ordering="status", label=TONES)
    def state(self, transfer):
        return transfer.status, transfer.get_status_display()

    @display(description=_("sent"), ordering="sent_at")
    def sent(self, transfer):
        return at(transfer.sent_at, transfer.sender)

    @display(description=_("received or cancelled"), ordering="ended_at", empty_value="–")
    def ended(self, transfer):
        return at(transfer.ended_at, transfer.receiver) or None


def _lines(transfer):
    return transfer.lines.select_related("sent_from__product")


def _arrivals(request, transfer):
    return {
        line.pk: Arrival(
            typed_steps(request.POST.get(f"came-{line.pk}", ""), line.sent_from.product),
            request.POST.get(f"reason-{line.pk}", "")[:200],
        )
        for line in _lines(transfer)
    }


def _shown(line):
    product = line.sent_from.product
    arrived = line.received is not None
    return {
        "pk": line.pk,
        "product": product,
        "sent": product.format_steps(line.sent),
        "typed": plain(product.quantity(line.sent)),
        "received": product.format_steps(line.received) if arrived else "",
        "difference": product.format_steps(-line.difference) if line.difference else "",
        "reason": line.reason,
    }
