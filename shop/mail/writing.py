"""Letters are written inside the transaction that made them due, each of them once."""

from shop.mail.models import Letter
from shop.mail.signals import letter_due


def write(kind, subject, *, order=None, colleague=None, occasion="", wait=None):
    """Owe a letter about a row, to an order's shopper or to a colleague.

    Writing it again changes nothing, unless it is about another occasion. With `wait`
    it is sent so much later.
    """
    letter, is_new = Letter.objects.get_or_create(
        kind=kind,
        subject=str(subject.pk),
        occasion=occasion,
        colleague=colleague,
        defaults={"order": order},
    )
    if is_new:
        letter_due.send(sender=Letter, letter=letter, wait=wait)
    return letter
