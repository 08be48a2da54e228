"""What was written to the database, and in which order."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

BOOKING = "UPDATE partner_stockrecord"
WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def stock_moved_last():
    """Asserts that stock was booked, and nothing was written while its rows were locked."""
    with CaptureQueriesContext(connection) as captured:
        yield
    statements = [query["sql"].strip() for query in captured]
    bookings = [place for place, sql in enumerate(statements) if BOOKING in sql]
    assert bookings, "no stock was moved"
    assert [sql for sql in statements[bookings[0] + 1 :] if sql.startswith(WRITES)] == []
