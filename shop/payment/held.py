"""Money of another sum than was asked for: held until somebody has sent it back at the gateway."""

from django.db import transaction

from shop.payment.models import Payment
from shop.payment.settlement import record


@transaction.atomic
def note_sent_back(payment):
    """Note that what is held was sent back; returns whether anything was held."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.held_amount is None:
        return False
    record(payment, "held_sent_back", payment.held_amount)
    Payment.objects.filter(pk=payment.pk).update(held_amount=None, held_currency="")
    return True
