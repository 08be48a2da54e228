"""What a request wrote, and whom its answer speaks of."""

from contextlib import contextmanager

from django.db import connection, transaction

# That somebody is there, and what they have typed last, is no change of the shop.
ALLOWED = {"django_session", "staff_staffsession"}
WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


def _counts():
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())


@contextmanager
def writes():
    """The tables that are written meanwhile, by whatever: PostgreSQL counts the rows itself."""
    before, found = _counts(), set()
    yield found
    after = _counts()
    found |= {table for table, n in after.items() if n != before.get(table)} - ALLOWED


def text_of(answer):
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode("utf-8", "replace").casefold()


def found_in(text, words):
    return [word for word in words if word.casefold() in text]


@contextmanager
def undone():
    """Whatever is written inside is taken back; what insists on being outermost may."""
    atomic = transaction.atomic()
    atomic._from_testcase = True
    with atomic:
        yield
        transaction.set_rollback(True)
