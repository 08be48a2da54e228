"""Writing what is encrypted anew with the newest key, while the shop runs."""

from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db.models import ExpressionWrapper, F, TextField, Value

from shop.encryption import EncryptedTextField, decrypt, encrypt, has_newest_key

BATCH = 500


@dataclass
class Rotation:
    """What became of a column's rows; those that had the newest key already are not counted."""

    column: str
    written: int = 0
    changed_meanwhile: int = 0
    unreadable: int = 0


def encrypted_fields():
    """Every encrypted column of the project, whoever added it."""
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]


def rotate(field) -> Rotation:
    """Begun again after a stop, it passes over what is done.

    A row that changes between its reading and its writing was written with the
    newest key by whoever changed it, and keeps what they wrote.
    """
    rotation = Rotation(f"{field.model._meta.label}.{field.name}")
    last = None
    while batch := _next_rows(field, last):
        for pk, secret in batch:
            _rotate_row(field, pk, secret, rotation)
        last = batch[-1][0]
    return rotation


def _as_written(field):
    """The column without its decryption."""
    as_written = ExpressionWrapper(F(field.name), TextField())
    return field.model._base_manager.annotate(as_written=as_written)


def _next_rows(field, last):
    rows = _as_written(field).exclude(as_written="").exclude(as_written=None)
    if last is not None:
        rows = rows.filter(pk__gt=last)
    return list(rows.order_by("pk").values_list("pk", "as_written")[:BATCH])


def _rotate_row(field, pk, secret, rotation):
    if has_newest_key(secret):
        return
    try:
        anew = encrypt(decrypt(secret))
    except InvalidToken:
        rotation.unreadable += 1
        return
    unchanged = _as_written(field).filter(pk=pk, as_written=secret)
    if unchanged.update(**{field.name: Value(anew, TextField())}):
        rotation.written += 1
    else:
        rotation.changed_meanwhile += 1
