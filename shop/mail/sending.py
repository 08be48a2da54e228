"""How a letter leaves the shop: claimed by one worker, sent outside any transaction, marked.

A worker that dies between sending and marking leaves a claim that runs out. The letter
is then sent again under the same Message-ID, which is all that SMTP allows.
"""

from datetime import timedelta
from smtplib import SMTPException

from django.db.models import F, Q
from django.db.models.functions import Now

from shop.mail.failures import NotYet, describe, may_pass
from shop.mail.models import Letter
from shop.mail.rendering import Pointless, compose

# Longer than a conversation with a mail server takes, shorter than anybody waits for a letter.
CLAIM = timedelta(seconds=30)


def send(letter):
    """Send a letter once. Raises `NotYet` for whatever may pass; what will not is noted on it."""
    if _claim(letter):
        _send_claimed(letter)
    elif _unfinished(letter).exists():
        # Whoever is sending it may die of that: only a letter that is sent is done with.
        raise NotYet("another worker is sending it")


def _send_claimed(letter):
    try:
        message = compose(letter)
    except Pointless as reason:
        _finish(letter, failure=str(reason), needless=True)
    except BaseException:
        _give_back(letter)
        raise
    else:
        _deliver(letter, message)


def _claim(letter):
    """The conditional update decides between two workers, by the database's clock."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=Now() - CLAIM)
    return _unfinished(letter).filter(free).update(claimed_at=Now(), attempts=F("attempts") + 1)


def _deliver(letter, message):
    try:
        message.send()
    except (SMTPException, OSError, ValueError) as error:
        failure = describe(error)
        if may_pass(error):
            _give_back(letter)
            # Without the error itself: it quotes the address, and this one is logged.
            raise NotYet(failure) from None
        _finish(letter, failure=failure)
    else:
        _finish(letter, sent_at=Now())


def _give_back(letter):
    _unfinished(letter).update(claimed_at=None)


def _finish(letter, **outcome):
    _unfinished(letter).update(claimed_at=None, **outcome)


def _unfinished(letter):
    return Letter.objects.filter(pk=letter.pk, sent_at=None, failure="")
