"""Announced inside the transaction that makes it so."""

from django.dispatch import Signal

# change: a step that an order took, of which somebody has yet to be told.
step_due = Signal()
# alert: low stock, of which somebody has yet to be told.
low_stock_due = Signal()
# webhook: it has yet to be sent.
webhook_due = Signal()
# subscription: too many of its webhooks have failed in a row.
subscription_given_up = Signal()
