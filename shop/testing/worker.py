"""The worker of a test: does what the outbox holds, in this process and at once."""

from tasks.models import OutboxMessage
from tasks.outbox import perform


def do_all_work():
    """Perform every unfinished message, and those that this leaves behind."""
    while unfinished := list(OutboxMessage.objects.filter(done_at=None).order_by("pk")):
        for message in unfinished:
            perform(message.effect, message.subject)
