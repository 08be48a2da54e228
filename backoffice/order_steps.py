"""The steps that are taken on an order's page: each a question, one call of the domain, a sentence.

A step is offered while it is possible, and refused by the domain if it is forced.
"""

from django.contrib import messages
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant

from backoffice.formats import money
from backoffice.order_dialogs import (
    CancelDialog,
    DeliverDialog,
    HandOverDialog,
    ReadyDialog,
    ReissueDialog,
    ResendDialog,
    SendAgainDialog,
    ShipDialog,
)
from backoffice.refund_dialog import RefundDialog
from shop.mail.resending import CannotResend, resend, resendable
from shop.order import lifecycle
from shop.order.models import Fulfilment, Status
from shop.order.returns import CannotGiveBack
from shop.order.statuses import InvalidTransition, may_become
from shop.payment.cancellation import cancel_order
from shop.payment.models import Refund, RefundStatus
from shop.payment.refund_retries import send_again
from shop.payment.refunds import TooMuch, left_to_refund, payment_of, refund_lines
from shop.pickup import codes, counter
from shop.pickup.codes import NothingToCollect
from shop.pickup.counter import PickupRefused

REFUSALS = (
    InvalidTransition,
    PickupRefused,
    NothingToCollect,
    CannotResend,
    TooMuch,
    CannotGiveBack,
)


def step(name, do, *, possible, said, title, ask, submit, **shown):
    """An action of an order's page. `possible` tells by the order; `said` is told its number."""

    def take(admin, request, form, object_id):
        order = form.row
        try:
            outcome = do(order, actor=request.user, **form.values)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        else:
            sentence = _sentence(said, order, outcome)
            admin.log_change(request, order, sentence)
            messages.success(request, sentence)
        return admin.back_to(request, order)

    take.__name__ = name
    take.possible = possible
    dialog = {"title": title, "form_class": ask, "form_submit_text": submit}
    return action(dialog=dialog, **shown)(take)


def _sentence(said, order, outcome):
    told = {"number": order.number}
    if isinstance(outcome, Refund):
        told["amount"] = money(outcome.amount, order.currency)
    return str(said) % told


def becomes(to):
    return lambda order: may_become(order, to)


def _is_handed_over(order):
    return order.fulfilment == Fulfilment.PICKUP and may_become(order, Status.COMPLETED)


def _arrives(order):
    # Only what was sent arrives: what is collected is handed over.
    return order.status == Status.SHIPPED


def _holds_money(order):
    payment = payment_of(order)
    return payment is not None and left_to_refund(payment) > 0


def failed_refunds(order):
    failed = Refund.objects.filter(payment__order=order, status=RefundStatus.FAILED)
    return failed.select_related("payment")


def _hand_over(order, *, actor, code, reason):
    if code:
        return counter.hand_over(code, actor=actor)
    return counter.hand_over_without_code(order, actor=actor, reason=reason)


def _send_failed_again(order, *, actor):
    for refund in failed_refunds(order):
        send_again(refund)


class OrderSteps:
    """The actions of an order's page."""

    mark_ready = step(
        "mark_ready",
        lifecycle.mark_ready,
        possible=becomes(Status.READY),
        said=_("Order %(number)s was made ready."),
        description=_("Mark ready"),
        permissions=["handle"],
        icon="inventory",
        variant=ActionVariant.PRIMARY,
        title=_("Ready to be collected?"),
        ask=ReadyDialog,
        submit=_("It is ready"),
    )
    hand_over = step(
        "hand_over",
        _hand_over,
        possible=_is_handed_over,
        said=_("Order %(number)s was handed over."),
        description=_("Hand over"),
        permissions=["hand_over"],
        icon="shopping_bag",
        variant=ActionVariant.PRIMARY,
        title=_("Hand it over?"),
        ask=HandOverDialog,
        submit=_("It is handed over"),
    )
    ship = step(
        "ship",
        lifecycle.ship,
        possible=becomes(Status.SHIPPED),
        said=_("Order %(number)s was shipped."),
        description=_("Ship"),
        permissions=["handle"],
        icon="local_shipping",
        variant=ActionVariant.PRIMARY,
        title=_("On its way?"),
        ask=ShipDialog,
        submit=_("It has left"),
    )
    deliver = step(
        "deliver",
        lifecycle.deliver,
        possible=_arrives,
        said=_("Order %(number)s was delivered."),
        description=_("Delivered"),
        permissions=["handle"],
        icon="task_alt",
        variant=ActionVariant.PRIMARY,
        title=_("Has it arrived?"),
        ask=DeliverDialog,
        submit=_("It has arrived"),
    )
    refund = step(
        "refund",
        refund_lines,
        possible=_holds_money,
        said=_("%(amount)s is on its way back."),
        description=_("Refund"),
        permissions=["refund"],
        icon="undo",
        title=_("Send money back"),
        ask=RefundDialog,
        submit=_("Refund"),
    )
    send_refunds_again = step(
        "send_refunds_again",
        _send_failed_again,
        possible=lambda order: failed_refunds(order).exists(),
        said=_("The refund is sent again within a minute."),
        description=_("Send failed refund again"),
        permissions=["refund"],
        icon="refresh",
        title=_("Send failed refunds again?"),
        ask=SendAgainDialog,
        submit=_("Send again"),
    )
    resend_mail = step(
        "resend_mail",
        resend,
        possible=lambda order: bool(resendable(order)),
        said=_("The mail goes out again within a minute."),
        description=_("Resend a mail"),
        permissions=["resend"],
        icon="forward_to_inbox",
        title=_("Send a mail again"),
        ask=ResendDialog,
        submit=_("Send it again"),
    )
    reissue_code = step(
        "reissue_code",
        codes.reissue,
        possible=codes.may_be_reissued,
        said=_("Order %(number)s has a new code; the mail with it is on its way."),
        description=_("New pickup code"),
        permissions=["reissue"],
        icon="qr_code",
        title=_("Give it a new code?"),
        ask=ReissueDialog,
        submit=_("New code"),
    )
    cancel = step(
        "cancel",
        cancel_order,
        possible=becomes(Status.CANCELLED),
        said=_("Order %(number)s was cancelled."),
        description=_("Cancel order"),
        permissions=["cancel"],
        icon="cancel",
        title=_("Cancel this order?"),
        ask=CancelDialog,
        submit=_("Cancel the order"),
    )

    def has_handle_permission(self, request, obj=None):
        return request.user.has_perm("order.change_order")

    def has_hand_over_permission(self, request, obj=None):
        return request.user.has_perm("pickup.change_pickupcode")

    def has_cancel_permission(self, request, obj=None):
        # Cancelling a paid order sends its money back.
        return self.has_handle_permission(request) and request.user.has_perm("payment.add_refund")

    def has_refund_permission(self, request, obj=None):
        return request.user.has_perm("payment.add_refund")

    def has_resend_permission(self, request, obj=None):
        return request.user.has_perm("mail.add_letter")

    def has_reissue_permission(self, request, obj=None):
        return request.user.has_perm("pickup.add_pickupcode")

    def get_actions_detail(self, request, object_id):
        order = self.row(request, object_id)
        return [
            offered
            for offered in super().get_actions_detail(request, object_id)
            if _is_possible(offered.method, order)
        ]


def _is_possible(method, order):
    possible = getattr(method, "possible", None)
    return possible is None or possible(order)
