"""Announced inside the transaction that writes the row."""

from django.dispatch import Signal

# invitation: its letter has yet to be written, anew for each `serial`.
invitation_due = Signal()
