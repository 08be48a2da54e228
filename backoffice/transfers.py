"""Transfers: what is under way between locations, and taking it in where it arrives."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.booking import BookedByLines, BookingForm
from backoffice.dialogs import REASON, RowDialog
from backoffice.formats import at, badge, staff
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from backoffice.typed import NotTyped, typed_steps
from shop.catalogue.units import plain
from shop.inventory import transfers
from shop.inventory.models import Transfer, TransferStatus
from shop.inventory.quantities import NotAQuantity
from shop.inventory.transfers import Arrival, TransferRefused
from shop.locations.models import Location
from shop.partner.models import StockRecord

TONES = {TransferStatus.IN_TRANSIT: "busy", TransferStatus.RECEIVED: "good"}


class CancelTransferDialog(RowDialog):
    model = Transfer
    reason = forms.CharField(
        **REASON, help_text=_("The goods go back to the stock of where they were sent from.")
    )


class TransferForm(BookingForm):
    # Goods go to any location: to send there is not to see its rows.
    receiver = forms.ModelChoiceField(
        Location.objects.order_by("name"), label=_("To"), empty_label=_("Choose")
    )

    field_order = ["token", "location", "receiver", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].label = _("From")
        self.fields["reason"].label = _("What for")


@admin.register(Transfer, site=site)
class TransferAdmin(BookedByLines, ReadOnly, OfficeAdmin):
    list_display = ["number", "state", "sender", "receiver", "sent", "ended"]
    list_filter = [("status", ChoicesDropdownFilter)]
    list_select_related = ["sender", "receiver"]
    empty = _("Send goods to another location: they are listed here until they arrive.")
    search_fields = ["number", "lines__sent_from__product__upc"]
    search_help_text = _("Transfer number or SKU")
    actions_detail = ["cancel"]
    change_form_template = "backoffice/transfer.html"
    fields = []
    add_form_template = "backoffice/transfer_form.html"
    add_title = _("Send goods to another location")
    booking_form = TransferForm
    refusals = (TransferRefused,)
    sign = -1

    def visible_to(self, user, rows):
        own = Location.objects.visible_to(user).values("pk")
        return rows.filter(Q(sender__in=own) | Q(receiver__in=own))

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("sender", "receiver", "sent_by", "ended_by")

    def has_add_permission(self, request):
        return request.user.has_perm("inventory.add_transfer")

    def lines(self, request, form, pairs):
        lines = super().lines(request, form, pairs)
        receiver = form.cleaned_data.get("receiver") if form.is_bound else None
        _refuse_what_cannot_go([line for line in lines if not line.error], receiver)
        return lines

    def book(self, request, typed, demands):
        transfer = transfers.send(
            typed["location"],
            typed["receiver"],
            demands,
            token=typed["token"],
            reason=typed["reason"],
            actor=request.user,
        )
        self.log_addition(request, transfer, str(_("sent")))
        return transfer

    def said(self, transfer):
        return _("Transfer %(number)s is on its way.") % {"number": transfer.number}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        transfer = self.row(request, object_id)
        may_receive = self._works_at(request, transfer.receiver)
        if request.method == "POST":
            if not may_receive:
                raise PermissionDenied
            if self._is_received(request, transfer):
                return self.back_to(request, transfer)
        context = {
            "title": transfer.number,
            "transfer": transfer,
            "lines": [_shown(line, request.POST) for line in _lines(transfer)],
            "may_receive": may_receive and transfer.status == TransferStatus.IN_TRANSIT,
            "sent": at(transfer.sent_at, transfer.sender),
            "sent_by": staff(transfer.sent_by),
            "ended": at(transfer.ended_at, transfer.receiver),
            "ended_by": staff(transfer.ended_by),
        }
        return self.own_page(request, object_id, context)

    def _works_at(self, request, location):
        allowed = request.user.has_perm("inventory.change_transfer")
        return allowed and Location.objects.visible_to(request.user).filter(pk=location.pk).exists()

    def _is_received(self, request, transfer):
        try:
            transfers.receive(transfer, _arrivals(request, transfer), actor=request.user)
        except (NotTyped, NotAQuantity, TransferRefused) as refusal:
            messages.error(request, str(refusal))
            return False
        self.log_change(request, transfer, str(_("received")))
        messages.success(request, _("The goods are on the shelf here."))
        return True

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
            self.log_change(request, form.row, str(_("cancelled")))
            messages.success(request, _("The goods are back where they were sent from."))
        return self.back_to(request, form.row)

    @display(description=_("status"), ordering="status")
    def state(self, transfer):
        return badge(transfer.get_status_display(), TONES.get(transfer.status, ""))

    @display(description=_("sent"), ordering="sent_at")
    def sent(self, transfer):
        return at(transfer.sent_at, transfer.sender)

    @display(description=_("received or cancelled"), ordering="ended_at", empty_value="–")
    def ended(self, transfer):
        return at(transfer.ended_at, transfer.receiver) or None


def _refuse_what_cannot_go(lines, receiver):
    there = StockRecord.objects.filter(partner=receiver and receiver.pk)
    goods = [line.record.product_id for line in lines]
    offered = set(there.filter(product__in=goods).values_list("product_id", flat=True))
    for line in lines:
        free = line.record.net_stock_level
        if line.steps > free:
            said = _("Only %(free)s is free: the rest is reserved for orders.")
            line.error = said % {"free": line.product.format_steps(free)}
        elif receiver and line.record.product_id not in offered:
            line.error = _("%(name)s does not offer this.") % {"name": receiver.name}


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


def _shown(line, typed):
    product = line.sent_from.product
    arrived = line.received is not None
    return {
        "pk": line.pk,
        "product": product,
        "sent": product.format_steps(line.sent),
        "typed": typed.get(f"came-{line.pk}", plain(product.quantity(line.sent))),
        "received": product.format_steps(line.received) if arrived else "",
        "difference": product.format_steps(-line.difference) if line.difference else "",
        "reason": typed.get(f"reason-{line.pk}", line.reason),
    }
