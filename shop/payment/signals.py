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
# payment: its gateway has yet to be told that the money is no longer wanted.
payment_called_off = Signal()
# payment: a message named another sum than its own; the gateway has yet to be asked.
payment_doubted = Signal()
# event: a gateway's webhook was stored and has yet to be acted on.
webhook_stored = Signal()
# webhook: the simulated gateway has one to post now.
simulated_webhook_due = Signal()
