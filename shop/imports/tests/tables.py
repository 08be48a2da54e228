"""Small tables for the tests, sent and taken through as their sender would."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shop.imports import arriving, steps
from shop.testing.worker import do_all_work


def as_csv(*rows, encoding="utf-8", delimiter=","):
    text = "\r\n".join(delimiter.join(_quoted(cell, delimiter) for cell in row) for row in rows)
    return SimpleUploadedFile("table.csv", text.encode(encoding))


def as_xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return SimpleUploadedFile("table.xlsx", packed.getvalue())


def check(kind, file, user, location=None, mapping=None):
    """Send a file and let it be checked, with its columns as they were guessed."""
    arrived = arriving.receive(kind, file, author=user)
    steps.check(arrived, mapping or arriving.suggestion(arrived), location, actor=user)
    return worked(arrived)


def book(kind, file, user, location=None, mapping=None):
    return confirm(check(kind, file, user, location, mapping), user)


def confirm(checked, user):
    steps.book(checked, actor=user)
    return worked(checked)


def undo(booked, user):
    steps.undo(booked, actor=user)
    return worked(booked)


def worked(an_import):
    do_all_work()
    an_import.refresh_from_db()
    return an_import


def found(an_import):
    return {row.line: row.found for row in an_import.rows.all()}


def faults(an_import):
    return {row.line: row.faults for row in an_import.rows.all() if row.faults}


def fates(an_import):
    return {row.line: row.fate for row in an_import.rows.all()}


def _quoted(cell, delimiter):
    text = str(cell)
    needs = any(sign in text for sign in (delimiter, '"', "\n", "\r"))
    return '"{}"'.format(text.replace('"', '""')) if needs else text
