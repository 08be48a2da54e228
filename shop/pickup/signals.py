"""Announced inside the transaction that writes the row."""

from django.dispatch import Signal

# code: it has yet to be drawn.
pickup_code_issued = Signal()
