"""How an order ends that nobody paid for."""

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from shop.basket.contents import bring_back
from shop.order import lifecycle
from shop.order.models import Ending, Order


def is_overdue(order):
    """Whether its goods are held no longer: by the database's clock, there is but one of that."""
    return Order.objects.filter(pk=order.pk, expires_at__lte=Now()).exists()


def end_unpaid(order, ending):
    """Cancel a pending order, in the caller's transaction: its goods go on sale, and what
    was ordered goes back into its shopper's basket."""
    # Erasing an account takes its baskets along.
    if order.basket:
        bring_back(order.basket)
    expired = ending == Ending.EXPIRED
    reason = _("It was not paid in time.") if expired else _("The payment failed.")
    lifecycle.cancel(order, ending=ending, reason=reason)
