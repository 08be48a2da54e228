"""Doing a call's work once, however often it is sent.

1. `claim` writes the call's key down in the transaction that does the work. Who comes
   with the same key at the same moment waits there, in the database, until that ends.
2. The first answer is written beside the key, before the work locks any stock.
3. They are committed together, or neither is: after a crash the key is free, and
   nothing was done under it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from shop.idempotency.models import FirstAnswer

REMEMBERED = timedelta(hours=24)
# Which of two calls is the first one is the unique key's to say. A row that is too old is
# taken over: it stands for a call that nobody remembers.
CLAIM = """
INSERT INTO idempotency_firstanswer AS known (user_id, call, key, fingerprint, body, made_at)
VALUES (%s, %s, %s, %s, '', statement_timestamp())
ON CONFLICT (user_id, call, key) DO UPDATE
SET fingerprint = excluded.fingerprint, status = NULL, body = '', made_at = excluded.made_at
WHERE known.made_at <= statement_timestamp() - %s
RETURNING id
"""


class AnotherBody(ValueError):
    """A key that came with another body before."""


@dataclass(frozen=True)
class Call:
    """A call as its key is bound to it: who makes it, to which address, with what."""

    user: object
    address: str
    key: str
    body: object

    @property
    def fingerprint(self):
        said = json.dumps(self.body, sort_keys=True, default=str)
        return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()


def claim(call):
    """Take a call's key, in the caller's transaction. The first answer, if there is one already.

    Returns the row to write the answer into and whether it is answered. Raises `AnotherBody`.
    """
    named = {"user": call.user, "call": call.address, "key": call.key}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [call.user.pk, call.address, call.key, call.fingerprint, REMEMBERED])
        claimed = cursor.fetchone()
    if claimed:
        return FirstAnswer(pk=claimed[0], fingerprint=call.fingerprint, **named), False
    first = FirstAnswer.objects.get(**named)
    if first.fingerprint != call.fingerprint:
        raise AnotherBody
    return first, True


def answer(first, status, body):
    FirstAnswer.objects.filter(pk=first.pk).update(status=status, body=body)


def forget_old():
    """Delete what is remembered no longer; returns how many rows that were."""
    deleted, _by_model = FirstAnswer.objects.filter(made_at__lte=Now() - REMEMBERED).delete()
    return deleted
