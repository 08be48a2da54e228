"""Writing down who changed what: before, after, and nothing about anybody.

What a form or a dialog of the back office changes is written by its admin; a domain
function that must not be forgotten writes its own entry, in its own transaction.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from shop.audit.models import Action, AuditEntry
from shop.encryption import EncryptedTextField, FingerprintField

LONGEST = 200
HIDDEN = "•••"
PERSONAL = (EncryptedTextField, FingerprintField, models.EmailField)
SECRET = re.compile(r"password|secret|token|digest|session_key|e?mail|(first|last)_name", re.I)


@dataclass(frozen=True)
class Change:
    """Of one field, named as people read it; `hidden` where its values tell of somebody."""

    field: str
    before: object = ""
    after: object = ""
    hidden: bool = False

    @property
    def is_none(self):
        return plain(self.before) == plain(self.after)

    def told(self):
        before, after = plain(self.before), plain(self.after)
        if self.hidden:
            before, after = (HIDDEN if value else value for value in (before, after))
        return {"field": force_str(self.field), "before": before, "after": after}


def record(row, actor, changes=(), *, action=Action.CHANGED, summary="", reason=""):
    """Note a change of a row, by one of the staff."""
    entry = _entry(row, actor, changes, action=action, summary=summary, reason=reason)
    entry.save()
    return entry


def record_all(changed, actor, *, summary="", reason=""):
    """The same of many: pairs of a row and its changes, of which there may be thousands."""
    said = {"action": Action.CHANGED, "summary": summary, "reason": reason}
    entries = [_entry(row, actor, changes, **said) for row, changes in changed]
    AuditEntry.objects.bulk_create(entries, batch_size=1000)


def _entry(row, actor, changes, *, action, summary, reason):
    return AuditEntry(
        actor=actor,
        action=action,
        area=row._meta.label_lower,
        object_pk=row.pk,
        object_name=force_str(row)[:LONGEST],
        changes=[change.told() for change in changes],
        summary=force_str(summary)[:LONGEST],
        reason=force_str(reason)[:LONGEST],
    )


def entries_of(row):
    entries = AuditEntry.objects.filter(area=row._meta.label_lower, object_pk=row.pk)
    return entries.select_related("actor")


def fields_of(row):
    """What a row holds as it was read, by field; asks the database nothing."""
    return {
        field: row.__dict__[field.attname]
        for field in row._meta.concrete_fields
        if field.attname in row.__dict__ and not _is_bookkeeping(field)
    }


def differences(before, after):
    """The changes between two readings of a row."""
    return [
        change_of(field, value, after[field])
        for field, value in before.items()
        if field in after and after[field] != value
    ]


def change_of(field, before, after):
    names = dict(field.flatchoices)
    return Change(
        field.verbose_name,
        names.get(before, before),
        names.get(after, after),
        hidden=is_personal(field),
    )


def is_personal(field):
    return isinstance(field, PERSONAL) or bool(SECRET.search(field.name))


def plain(value):
    """As JSON can keep it and people can read it."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | set | models.QuerySet):
        return ", ".join(force_str(plain(part)) for part in value)[:LONGEST]
    return "" if value is None else force_str(value)[:LONGEST]


def yes_or_no(value):
    return {True: _("yes"), False: _("no"), "": "–"}.get(value, value)


def _is_bookkeeping(field):
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
