"""What imports announce, inside the transaction that made it so."""

from django.dispatch import Signal

# turn: a Turn that a worker is to take.
turn_due = Signal()
