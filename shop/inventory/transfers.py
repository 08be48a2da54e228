"""Transfers: goods leave one location, are under way, and arrive at another; no loss goes unsaid.

Each step is taken once, whoever else takes it at the same moment, with all
lines or none. Quantities are steps.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.codes import random_code
from shop.inventory.ledger import book
from shop.inventory.models import MovementKind, Transfer, TransferLine, TransferStatus
from shop.inventory.quantities import none_or_more, positive
from shop.partner.models import StockRecord


class TransferRefused(ValueError):
    """A step that cannot be taken; nothing was. `str()` says why, to whoever tried."""


@dataclass(frozen=True)
class Arrival:
    """What came of a line, and, where that is not what was sent, why."""

    steps: int
    reason: str = ""


@transaction.atomic
def send(sender, receiver, demands, *, actor=None, reason="", token=None):
    """Take goods off the sender's shelf, on their way; demands are (the sender's record id, steps).

    A token that was sent already answers with the transfer that it sent. Raises
    `TransferRefused`, `NotAQuantity`, and `OutOfStock` for more than is free.
    """
    if sender.pk == receiver.pk:
        raise TransferRefused(_("Goods are sent to another location."))
    steps = Counter()
    for record_id, wanted in demands:
        steps[record_id] += positive(wanted)
    if not steps:
        raise TransferRefused(_("Choose what is sent."))
    lines = _lines(sender, receiver, steps)
    transfer, is_new = Transfer.objects.get_or_create(
        token=token or uuid4(),
        defaults={
            "number": f"T{random_code(8)}",
            "sender": sender,
            "receiver": receiver,
            "sent_by": actor,
            "reason": reason,
        },
    )
    if is_new:
        _depart(transfer, lines, actor)
    return transfer


def _depart(transfer, lines, actor):
    for line in lines:
        line.transfer = transfer
    TransferLine.objects.bulk_create(lines)
    changes = [(line.sent_from_id, -line.sent, 0) for line in lines]
    _book(MovementKind.TRANSFERRED_OUT, changes, transfer, actor, transfer.reason)


def _lines(sender, receiver, steps):
    records = StockRecord.objects.select_related("product")
    here = records.filter(pk__in=steps, partner=sender.pk).order_by("pk")
    there = {
        record.product_id: record
        for record in records.filter(product__in=here.values("product"), partner=receiver.pk)
    }
    if len(here) < len(steps):
        raise TransferRefused(_("A location sends what is its own."))
    unknown = [record.product.title for record in here if record.product_id not in there]
    if unknown:
        said = _("Offer this at the receiving location first: %(names)s.")
        raise TransferRefused(said % {"names": ", ".join(unknown)})
    return [
        TransferLine(
            sent_from=record, received_into=there[record.product_id], sent=steps[record.pk]
        )
        for record in here
    ]


@transaction.atomic
def receive(transfer, arrivals, *, actor=None):
    """Put what arrived on the receiver's shelf; `arrivals` maps each line's id to an `Arrival`.

    What differs from what was sent is written down with its reason. Raises
    `TransferRefused` and `NotAQuantity`.
    """
    _end(transfer, TransferStatus.RECEIVED, actor)
    lines = list(transfer.lines.select_related("sent_from__product"))
    if arrivals.keys() != {line.pk for line in lines}:
        raise TransferRefused(_("Say of each product how much of it arrived."))
    for line in lines:
        _note(line, arrivals[line.pk])
    TransferLine.objects.bulk_update(lines, ["received", "reason"])
    came = [(line.received_into_id, line.received, 0) for line in lines if line.received]
    _book(MovementKind.TRANSFERRED_IN, came, transfer, actor)


def _note(line, arrival):
    line.received = none_or_more(arrival.steps)
    line.reason = arrival.reason.strip() if line.difference else ""
    if line.difference and not line.reason:
        said = _("Say why what arrived of %(name)s is not what was sent.")
        raise TransferRefused(said % {"name": line.sent_from.product.title})


@transaction.atomic
def cancel(transfer, *, reason, actor=None):
    """Put goods that are still under way back on the sender's shelf. Raises `TransferRefused`."""
    _end(transfer, TransferStatus.CANCELLED, actor)
    back = [(line.sent_from_id, line.sent, 0) for line in transfer.lines.all()]
    _book(MovementKind.TRANSFERRED_IN, back, transfer, actor, reason)


def _end(transfer, status, actor):
    """The row count decides between two people who end a transfer at once."""
    under_way = Transfer.objects.filter(pk=transfer.pk, status=TransferStatus.IN_TRANSIT)
    if not under_way.update(status=status, ended_at=timezone.now(), ended_by=actor):
        transfer.refresh_from_db()
        said = _("Transfer %(number)s is %(status)s already.")
        values = {"number": transfer.number, "status": transfer.get_status_display()}
        raise TransferRefused(said % values)


def _book(kind, changes, transfer, actor, reason=""):
    book(kind, changes, cause=transfer.number, actor=actor, reason=reason)
