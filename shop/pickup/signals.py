"""Announced inside the transaction that writes the row."""

from django.dispatch import Signal

# code: it has yet to be drawn.
pickup_code_issued = Signal()
# order: it has been ready for a while, and nobody has come. Announced once.
pickup_reminder_due = Signal()
# order: the end of its wait is near, `order.waiting.until`. Announced once. What comes then is
# said by `order.location.uncollected_policy`.
pickup_final_notice_due = Signal()
