"""Announced inside the transaction that writes the row."""

from django.dispatch import Signal

# payment: its gateway has yet to be asked for the money.
payment_started = Signal()
# refund: its gateway has yet to be asked to send the money back.
refund_requested = Signal()
# refund: the money went back.
refund_settled = Signal()
# refund: the gateway has refused it too often; somebody must look at it.
refund_failed = Signal()
