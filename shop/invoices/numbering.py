"""Numbers without a gap, for each location and year: `GRACA-2026-000123`, `GRACA-2026-C000007`."""

from django.db import connection

from shop.invoices.models import Series

# The row stays locked until the commit: a number whose paper is rolled back was never given out.
TAKE = """
INSERT INTO invoices_lastnumber AS last (location_id, year, series, serial)
VALUES (%s, %s, %s, 1)
ON CONFLICT (location_id, year, series) DO UPDATE SET serial = last.serial + 1
RETURNING serial
"""
MARK = {Series.INVOICES: "", Series.CREDIT_NOTES: "C"}


def write_numbered(paper):
    """Give a paper the next number of its location and year, and write it.

    The last two statements of their transaction: whoever wants the next number
    waits for the commit. `issued_on` decides the year.
    """
    paper.year = paper.issued_on.year
    paper.serial = _take(paper.location, paper.year, paper.SERIES)
    mark = MARK[paper.SERIES]
    paper.number = f"{paper.location.code.upper()}-{paper.year}-{mark}{paper.serial:06}"
    paper.save(force_insert=True)


def _take(location, year, series):
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [location.pk, year, series])
        return cursor.fetchone()[0]
