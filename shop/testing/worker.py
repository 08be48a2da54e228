"""The worker of a test: does what the outbox holds, in this process and at once."""

from shop.payment import refund_retries, sweeping
from tasks.models import OutboxMessage
from tasks.outbox import perform


class WorkFailed(Exception):
    """Effects that failed, and now wait to be tried again; `str()` says which and with what."""


def do_all_work():
    """Perform every unfinished message once, and those that this leaves behind.

    Raises `WorkFailed` when some of it failed: nothing is done about that here.
    """
    tried = set()
    while unfinished := list(OutboxMessage.objects.filter(done_at=None).exclude(pk__in=tried)):
        for message in sorted(unfinished, key=lambda message: message.pk):
            tried.add(message.pk)
            perform(message.effect, message.subject)
    failed = OutboxMessage.objects.filter(done_at=None, pk__in=tried).order_by("pk")
    if failed:
        raise WorkFailed(", ".join(f"{message}: {message.failure}" for message in failed))


def sweep(now=None):
    """Look into every payment whose turn it is, as workers would; returns how many these were."""
    due = sweeping.take_due(now)
    for payment in due:
        sweeping.look_into(*payment)
    return len(due)


def send_due_refunds():
    """Send every refund that is due, as workers would; returns for how many a gateway answered."""
    return sum(refund_retries.send_again_in_turn(pk) for pk in refund_retries.due())
