"""Announced inside the transaction that writes the row."""

from django.dispatch import Signal

# letter: it has yet to be sent.
letter_due = Signal()
