"""Orders: what is to be made ready, where each one stands, and the two steps taken here."""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from backoffice import order_page, papers
from backoffice.filters import LocationFilter
from backoffice.formats import at, money
from backoffice.order_dialogs import CancelDialog, DeliverDialog, ReadyDialog, ShipDialog
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.refund_dialog import RefundDialog, SendAgainDialog
from backoffice.reveal import RevealsContact
from backoffice.site import site
from shop.codes import as_typed
from shop.order import lifecycle
from shop.order.models import Line, Order, Status
from shop.order.returns import CannotGiveBack
from shop.order.statuses import InvalidTransition, may_become
from shop.payment.cancellation import cancel_order
from shop.payment.models import Payment, PaymentStatus, Refund, RefundStatus
from shop.payment.refund_retries import send_again
from shop.payment.refunds import TooMuch, left_to_refund, payment_of, refund_lines
from shop.pickup import counter
from shop.pickup.counter import TooManyAttempts

TONES = {
    Status.PENDING: "info",
    Status.PAID: "warning",
    Status.READY: "success",
    Status.CANCELLED: "danger",
    Status.REFUNDED: "danger",
}
PAYMENT_TONES = {
    PaymentStatus.PENDING: "info",
    PaymentStatus.REQUIRES_ACTION: "info",
    PaymentStatus.FAILED: "danger",
    PaymentStatus.REFUNDED: "warning",
}
# What an action on an order's page makes of it, if it moves the order.
LEADS_TO = {
    "mark_ready": Status.READY,
    "ship": Status.SHIPPED,
    "deliver": Status.COMPLETED,
    "cancel": Status.CANCELLED,
}


class PromiseFilter(DropdownFilter):
    title = _("promise")
    parameter_name = "promise"

    def lookups(self, request, model_admin):
        return [("late", _("late")), ("hour", _("within the hour"))]

    def queryset(self, request, queryset):
        now = timezone.now()
        limits = {"late": now, "hour": now + timedelta(hours=1)}
        if self.value() not in limits:
            return queryset
        return queryset.filter(status=Status.PAID, promised_at__lt=limits[self.value()])


@admin.register(Order, site=site)
class OrderAdmin(RevealsContact, ReadOnly, OfficeAdmin):
    location_path = "location"
    list_display = ["number", "state", "where", "placed", "promised", "total", "payment"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("fulfilment", ChoicesDropdownFilter),
        LocationFilter,
        PromiseFilter,
    ]
    list_select_related = ["location"]
    list_before_template = "backoffice/orders_refresh.html"
    ordering = ["-date_placed"]
    search_fields = ["number"]
    search_help_text = _("Order number, SKU or pickup code")
    actions = ["make_ready"]
    actions_detail = [
        "mark_ready",
        "ship",
        "deliver",
        "refund",
        "send_refunds_again",
        "cancel",
        "reveal_contact",
    ]
    change_form_template = "backoffice/order.html"
    # The shopper's own page of it is not for the staff.
    view_on_site = False
    # The page is the template's own; a form would fetch every choice there is.
    fields = []

    def get_queryset(self, request):
        latest = Payment.objects.filter(order=OuterRef("pk")).order_by("-created_at")
        return super().get_queryset(request).annotate(paid=Subquery(latest.values("status")[:1]))

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        typed = as_typed(search_term)
        sold = Line.objects.filter(upc__iexact=search_term.strip()).values("order")
        found = Q(number__startswith=typed) | Q(pk__in=sold)
        try:
            if code := counter.find_typed(search_term, actor=request.user):
                found |= Q(pk=code.order_id)
        except TooManyAttempts as refusal:
            messages.error(request, str(refusal))
        return queryset.filter(found), False

    def has_handle_permission(self, request, obj=None):
        return request.user.has_perm("order.change_order")

    def has_cancel_permission(self, request, obj=None):
        # Cancelling a paid order sends its money back.
        return self.has_handle_permission(request) and request.user.has_perm("payment.add_refund")

    def has_refund_permission(self, request, obj=None):
        return request.user.has_perm("payment.add_refund")

    def get_urls(self):
        return [*papers.addresses(self), *super().get_urls()]

    @display(description=_("status"), ordering="status", label=TONES)
    def state(self, order):
        return order.status, order.get_status_display()

    @display(description=_("location"), ordering="location__name")
    def where(self, order):
        return order.location_name

    @display(description=_("placed"), ordering="date_placed")
    def placed(self, order):
        return at(order.date_placed, order.location)

    @display(description=_("promised"), ordering="promised_at")
    def promised(self, order):
        return at(order.promised_at, order.location)

    @display(description=_("total"), ordering="total_incl_tax")
    def total(self, order):
        return money(order.total_incl_tax, order.currency)

    @display(description=_("payment"), label=PAYMENT_TONES)
    def payment(self, order):
        return (order.paid, PaymentStatus(order.paid).label) if order.paid else None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        order = self.row(request, object_id)
        context = {"title": order.number, "page": order_page.read(order)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def get_actions_detail(self, request, object_id):
        order = self.row(request, object_id)
        return [
            offered
            for offered in super().get_actions_detail(request, object_id)
            if self._is_offered(order, offered.method.original_function_name)
        ]

    def _is_offered(self, order, name):
        if name == "refund":
            payment = payment_of(order)
            return payment is not None and left_to_refund(payment) > 0
        if name == "send_refunds_again":
            return _failed_refunds(order).exists()
        if name not in LEADS_TO:
            return True
        # Only what was sent arrives: what is collected is handed over at the counter.
        fits = name != "deliver" or order.status == Status.SHIPPED
        return fits and may_become(order, LEADS_TO[name])

    @action(
        description=_("Mark ready"),
        permissions=["handle"],
        icon="inventory",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("Ready to be collected?"),
            "form_class": ReadyDialog,
            "form_submit_text": _("It is ready"),
        },
    )
    def mark_ready(self, request, form, object_id):
        return self._step(request, form.row, lifecycle.mark_ready, _("made ready"))

    @action(
        description=_("Ship"),
        permissions=["handle"],
        icon="local_shipping",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("On its way?"),
            "form_class": ShipDialog,
            "form_submit_text": _("It has left"),
        },
    )
    def ship(self, request, form, object_id):
        values = {name: form.cleaned_data[name] for name in ("carrier", "tracking_number")}
        return self._step(request, form.row, lifecycle.ship, _("shipped"), **values)

    @action(
        description=_("Delivered"),
        permissions=["handle"],
        icon="task_alt",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("Has it arrived?"),
            "form_class": DeliverDialog,
            "form_submit_text": _("It has arrived"),
        },
    )
    def deliver(self, request, form, object_id):
        return self._step(request, form.row, lifecycle.deliver, _("delivered"))

    @action(
        description=_("Cancel order"),
        permissions=["cancel"],
        icon="cancel",
        dialog={
            "title": _("Cancel this order?"),
            "form_class": CancelDialog,
            "form_submit_text": _("Cancel the order"),
        },
    )
    def cancel(self, request, form, object_id):
        values = {"reason": form.cleaned_data["reason"]}
        return self._step(request, form.row, cancel_order, _("cancelled"), **values)

    @action(
        description=_("Refund"),
        permissions=["refund"],
        icon="undo",
        dialog={
            "title": _("Send money back"),
            "form_class": RefundDialog,
            "form_submit_text": _("Refund"),
        },
    )
    def refund(self, request, form, object_id):
        how = {"beside": form.beside, "restock": form.cleaned_data["restock"]}
        how |= {"reason": form.cleaned_data["reason"], "actor": request.user}
        try:
            refund = refund_lines(form.row, form.parts, **how)
        except (TooMuch, CannotGiveBack) as refusal:
            messages.error(request, str(refusal))
        else:
            amount = money(refund.amount, form.row.currency)
            self.log_change(request, form.row, str(_("refund of %s") % amount))
            messages.success(request, _("%s is on its way back.") % amount)
        return self.back_to(request, form.row)

    @action(
        description=_("Send failed refund again"),
        permissions=["refund"],
        icon="refresh",
        dialog={
            "title": _("Send failed refunds again?"),
            "form_class": SendAgainDialog,
            "form_submit_text": _("Send again"),
        },
    )
    def send_refunds_again(self, request, form, object_id):
        for refund in _failed_refunds(form.row):
            try:
                send_again(refund)
            except TooMuch as refusal:
                messages.error(request, str(refusal))
            else:
                self.log_change(request, form.row, str(_("refund sent again")))
                messages.success(request, _("The refund is sent again within a minute."))
        return self.back_to(request, form.row)

    def _step(self, request, order, step, done, **values):
        try:
            step(order, actor=request.user, **values)
        except InvalidTransition as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, order, str(done))
            said = _("Order %(number)s was %(done)s.") % {"number": order.number, "done": done}
            messages.success(request, said)
        return self.back_to(request, order)

    @action(description=_("Mark ready"), permissions=["handle"])
    def make_ready(self, request, queryset):
        refused = []
        orders = list(queryset)
        for order in orders:
            try:
                lifecycle.mark_ready(order, actor=request.user)
                self.log_change(request, order, str(_("made ready")))
            except InvalidTransition as refusal:
                refused.append(str(refusal))
        if done := len(orders) - len(refused):
            said = ngettext("%(n)d order is ready.", "%(n)d orders are ready.", done)
            messages.success(request, said % {"n": done})
        for refusal in refused[:5]:
            messages.error(request, refusal)


def _failed_refunds(order):
    failed = Refund.objects.filter(payment__order=order, status=RefundStatus.FAILED)
    return failed.select_related("payment")
