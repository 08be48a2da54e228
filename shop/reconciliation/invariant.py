"""A rule that must never break, what broke it, and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, models
from django.utils.text import slugify
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Correction:
    """How a breach is put right. `apply` gets the culprit's key, with `rows` of it locked."""

    sentence: str
    rows: Callable[[object], models.QuerySet]
    apply: Callable[[object], None]


@dataclass(frozen=True)
class Invariant:
    """A rule's sentence, and a query for what breaks it: a row each, its key in the first column.

    Either a `correction` is safe, or `advice` says what a person does.
    """

    rule: str
    query: str
    correction: Correction | None = None
    advice: str = ""

    @property
    def slug(self):
        """What an address calls it by."""
        return slugify(self.rule)[:80]

    @property
    def proposal(self):
        return self.correction.sentence if self.correction else self.advice

    def breaches(self, key=None, most=None):
        """What breaks the rule now: everything, so many at most, or the one with this key."""
        query, values = self.query, []
        if most is not None:
            query, values = f"SELECT * FROM ({query}) AS found LIMIT %s", [most]  # noqa: S608 - ours
        if key is not None:
            query, values = f"SELECT * FROM ({query}) AS found(culprit) WHERE culprit = %s", [key]  # noqa: S608 - ours
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            columns = [column.name for column in cursor.description]
            return [Drift(self, row, columns) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Drift:
    """One row that breaks a rule."""

    invariant: Invariant
    row: tuple
    columns: list[str]

    @property
    def key(self):
        return self.row[0]

    @property
    def facts(self):
        return zip(self.columns, self.row, strict=True)

    @property
    def told(self):
        """The facts as a page names them; the first is what the row goes by."""
        names = [_("row"), *(name.replace("_", " ") for name in self.columns[1:])]
        return zip(names, self.row, strict=True)

    def __str__(self):
        return ", ".join(f"{name} {value}" for name, value in self.facts)
