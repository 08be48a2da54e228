"""What is safe to put right without asking. Each runs with its culprit locked.

Nothing here edits a ledger or an order: numbers that only repeat what rows say are
written anew, and what is missing is booked, asked for or stepped as always.
"""

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.inventory.ledger import book
from shop.inventory.models import Movement, MovementKind
from shop.order import lifecycle
from shop.order.models import HOLDS_STOCK, Line, Order, Status
from shop.partner.models import StockRecord
from shop.payment.models import Payment
from shop.payment.refunds import left_to_refund, request_refund
from shop.reconciliation.invariant import Correction
from shop.voucher import promo_codes
from shop.voucher.models import Voucher, VoucherApplication


def _record(key):
    return StockRecord.objects.filter(pk=key)


def _code(key):
    return Voucher.objects.filter(pk=key)


# The order first, as everywhere.
def _order_of_payment(key):
    return Order.objects.filter(payments=key)


def _order_of_use(key):
    return Order.objects.filter(voucherapplication=key)


def _as_the_ledger_says(record_id):
    sums = Movement.objects.filter(stockrecord=record_id).aggregate(
        num_in_stock=Sum("in_stock_change", default=0),
        num_allocated=Sum("reserved_change", default=0),
    )
    StockRecord.objects.filter(pk=record_id).update(**sums)


def _as_the_orders_say(record_id):
    record = StockRecord.objects.get(pk=record_id)
    lines = Line.objects.filter(stockrecord=record, order__status__in=HOLDS_STOCK)
    held = lines.aggregate(steps=Sum(F("quantity") - F("returned"), default=0))["steps"]
    change = held - record.num_allocated
    kind = MovementKind.RESERVED if change > 0 else MovementKind.RELEASED
    book(kind, [(record.pk, 0, change)], reason=_("Reconciled with the orders that hold it."))


def _money_where_it_belongs(payment_id):
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    order = payment.order
    if order.status == Status.PENDING:
        lifecycle.mark_paid(order, reason=_("Reconciled with its payment."))
    elif left := left_to_refund(payment):
        request_refund(payment, left, reason=_("Paid for an order that was cancelled."))


def _uses_as_orders_hold_them(voucher_id):
    held = VoucherApplication.objects.filter(voucher=voucher_id, given_back_at=None)
    Voucher.objects.filter(pk=voucher_id).update(num_orders=held.count())


def _give_unpaid_use_back(application_id):
    promo_codes.give_back(_order_of_use(application_id).get())


AS_THE_LEDGER_SAYS = Correction(
    gettext_lazy("Write the record's numbers anew, as its movements sum them up."),
    rows=_record,
    apply=_as_the_ledger_says,
)
AS_THE_ORDERS_SAY = Correction(
    gettext_lazy(
        "Book the difference as a movement, so that what is reserved is what orders hold."
    ),
    rows=_record,
    apply=_as_the_orders_say,
)
MONEY_WHERE_IT_BELONGS = Correction(
    gettext_lazy(
        "Send the money back if the order was cancelled; mark the order paid if it waits."
    ),
    rows=_order_of_payment,
    apply=_money_where_it_belongs,
)
USES_AS_ORDERS_HOLD_THEM = Correction(
    gettext_lazy("Write the count anew, as the orders hold uses of the code."),
    rows=_code,
    apply=_uses_as_orders_hold_them,
)
GIVE_UNPAID_USE_BACK = Correction(
    gettext_lazy("Give the use back."),
    rows=_order_of_use,
    apply=_give_unpaid_use_back,
)
