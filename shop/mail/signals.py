"""Announced inside the transaction that writes the row."""

from django.dispatch import Signal

# letter: it has yet to be sent. wait: how long to put that off, or None.
letter_due = Signal()
