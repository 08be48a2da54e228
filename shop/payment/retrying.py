"""Another attempt at paying an order that is not paid yet: with another card, perhaps."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.order.models import Ending, Order, Status
from shop.order.statuses import InvalidTransition
from shop.payment.calling_off import call_off_payments
from shop.payment.models import TAKEN
from shop.payment.starting import check_choice, start_payment


class AlreadyPaid(Exception):
    def __init__(self):
        super().__init__(_("This order is paid already."))


class PaymentFailed(Exception):
    """Its order ended by it, and what was ordered is in the basket again."""

    def __init__(self):
        super().__init__(
            _("The payment failed, and the order with it. What was in it is in your basket again.")
        )


@transaction.atomic
def retry_payment(order, choice):
    """Begin another payment of a pending order; one that is under way is called off.

    Should that one succeed all the same, the money that came second goes back. Raises
    `PaymentRefused`, `AlreadyPaid`, `PaymentFailed`, and `InvalidTransition` for an order that
    ended in another way.
    """
    check_choice(choice)
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.status != Status.PENDING:
        _refuse(order)
    call_off_payments(order)
    return start_payment(order, choice)


def _refuse(order):
    if order.payments.filter(status__in=TAKEN, surplus=False).exists():
        raise AlreadyPaid
    if order.status_changes.filter(ending=Ending.PAYMENT_FAILED).exists():
        raise PaymentFailed
    raise InvalidTransition(order, Status.PAID)
