"""A sheet: one kind of table, its columns, and the difference that its rows would make.

A django-import-export resource whose instances are drafts rather than models: planning a
row writes nothing, neither in a dry run nor when it is booked. `write` does, for many at once.
"""

from copy import copy
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import RowResult
from tablib import Dataset

from shop.imports.models import Found

FOUND = {
    RowResult.IMPORT_TYPE_NEW: Found.NEW,
    RowResult.IMPORT_TYPE_UPDATE: Found.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: Found.UNCHANGED,
    RowResult.IMPORT_TYPE_INVALID: Found.REFUSED,
}


class Draft:
    """What the shop holds of a row's subject, or would; each value of it is immutable."""

    def __str__(self):
        """The library asks each draft for its name, and what a draft holds may ask the database."""
        return type(self).__name__

    def __deepcopy__(self, memo):
        return copy(self)


@dataclass
class Planned:
    """What a row comes to: its draft before and after, or what is wrong with it, by column."""

    found: Found
    draft: Draft | None = None
    before: Draft | None = None
    changes: dict = field(default_factory=dict)
    faults: dict = field(default_factory=dict)


class Stale(Exception):
    """Somebody changed the same rows between reading and writing them: to be planned again."""


class Sheet(Resource):
    """`user` is whose rights count; `location` is where rows belong that name no other."""

    # What a row is about; what is told but never taken; what counts stock, and all of an offer.
    keys = ()
    told = ()
    counted = ""
    offered = ()
    # Which table it is, and who may bring or take one at all.
    kind = None
    permission = ""

    class Meta:
        instance_loader_class = BaseInstanceLoader
        skip_unchanged = True
        skip_html_diff = True
        store_instance = True
        use_transactions = False

    def __init__(self, user, location=None, **kwargs):
        super().__init__(**kwargs)
        self.user, self.location = user, location

    @classmethod
    def columns(cls):
        """The columns that a file may fill, in order."""
        return [f.column_name for f in cls.fields.values() if f.column_name not in cls.told]

    @classmethod
    def get_display_name(cls):
        return cls.kind.label

    @classmethod
    def key_of(cls, values):
        return "\n".join(values.get(key, "").strip().lower() for key in cls.keys)[:200]

    def plan(self, rows):
        """What rows, dicts by column, come to: a `Planned` each."""
        if not rows:
            return []
        columns = list(dict.fromkeys(column for row in rows for column in row))
        data = [[row.get(column, "") for column in columns] for row in rows]
        result = self.import_data(Dataset(*data, headers=columns))
        faults = [error.error for error in result.base_errors]
        faults += [error.error for row in result.rows for error in row.errors]
        if faults:
            # No row is to blame for what nobody foresaw.
            raise faults[0]
        return [self._planned(row) for row in result.rows]

    def _planned(self, row):
        if row.validation_error:
            return Planned(Found.REFUSED, faults=self._by_column(row.validation_error))
        planned = Planned(FOUND[row.import_type], row.instance, row.original)
        if planned.found in (Found.NEW, Found.CHANGED):
            planned.changes = self._changes(planned)
        return planned

    def _changes(self, planned):
        changes = {}
        for column in self.get_import_fields():
            after = column.export(planned.draft)
            before = column.export(planned.before) if planned.before else ""
            if after != before:
                changes[column.column_name] = [before, after]
        return changes

    def _by_column(self, error):
        names = {f.attribute: f.column_name for f in self.fields.values()}
        return {
            names.get(attribute, self.keys[0]): " ".join(messages)
            for attribute, messages in error.message_dict.items()
        }

    # --- What the resource asks for ---

    def before_import(self, dataset, **kwargs):
        self.load(dataset.dict)

    def get_instance(self, instance_loader, row):
        return self.find(row)

    def init_instance(self, row=None):
        return self.begin(row)

    def import_field(self, field, instance, row, is_m2m=False, **kwargs):
        before = field.get_value(instance)
        super().import_field(field, instance, row, is_m2m, **kwargs)
        after = field.get_value(instance)
        if isinstance(after, str) and _is_as_good_as(after, before):
            setattr(instance, field.attribute, before)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = import_validation_errors or self.faults_of(instance)
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        """Nothing is written row by row."""

    def save_m2m(self, instance, row, **kwargs):
        """Nothing is written row by row."""

    # --- What each sheet says ---

    def load(self, rows):
        """Read all that the rows are about, in as many queries however many they are."""
        raise NotImplementedError

    def find(self, row):
        """The draft of what is there, or None. Raises `ValidationError` for what is not theirs."""
        raise NotImplementedError

    def begin(self, row):
        """The draft of what is not there yet."""
        raise NotImplementedError

    def faults_of(self, draft):
        """What is wrong with a draft as a whole, by attribute."""
        return {}

    def write(self, planned, *, actor, cause, reason):
        """Write what is new or changed. Raises `Stale` and `OutOfStock`, which roll it back."""
        raise NotImplementedError

    def take_back(self, drafts):
        """Take away what an import made; returns why it stays, by draft, where it has to."""
        raise NotImplementedError

    def drafts_of(self, queryset):
        """For an export: a draft of each row of the model that the sheet is about."""
        raise NotImplementedError

    def made_offer(self, row):
        """Whether a row that was booked offered something that was there already."""
        return False

    def touched_since(self, draft, moment):
        """Whether somebody changed what an import made, in a cell that its row does not have."""
        return False

    def refuse(self, attribute, message):
        raise ValidationError({attribute: message})

    def may(self, permission, attribute):
        if not self.user.has_perm(permission):
            self.refuse(attribute, _("You may not do this."))


def _is_as_good_as(after, before):
    """Spreadsheets end lines their own way, and nobody means the space around a text."""
    return isinstance(before, str) and _bare(after) == _bare(before)


def _bare(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
