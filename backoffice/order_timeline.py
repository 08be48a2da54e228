"""How an order came to where it is: steps, money, mails, goods, codes and looks, in turn."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.formats import at, money, staff
from backoffice.order_list import TONES
from shop.catalogue.units import format_quantity
from shop.inventory.models import Movement
from shop.mail.models import Letter
from shop.order.models import Status
from shop.payment.models import PaymentEvent, Refund

PAYMENT_WORDS = {
    "pending": gettext_lazy("payment under way"),
    "requires_action": gettext_lazy("payment waits for the shopper"),
    "succeeded": gettext_lazy("payment received"),
    "failed": gettext_lazy("payment failed"),
    "cancelled": gettext_lazy("payment called off"),
    "held": gettext_lazy("another sum was taken than was asked for"),
    "held_sent_back": gettext_lazy("the wrong sum was sent back"),
    "refunded": gettext_lazy("refund went through"),
    "refund_refused": gettext_lazy("refund refused, sent again later"),
    "refund_failed": gettext_lazy("refund failed"),
    "refund_came_back": gettext_lazy("refund came back"),
}
BAD = {"failed", "held", "refund_failed", "refund_came_back"}


@dataclass
class Event:
    moment: datetime
    icon: str
    title: str
    actor: str = ""
    reason: str = ""
    tone: str = ""
    # A step of the order itself; the others belong to one.
    is_step: bool = False
    when: str = field(default="", init=False)


def read(order, lines):
    """All events in the order in which they happened, their times as the location's clock shows."""
    events = [
        *_steps(order),
        *_payments(order),
        *_refunds(order),
        *_movements(order, lines),
        *_codes(order),
        *_letters(order),
        *_looks(order),
    ]
    for event in events:
        event.when = at(event.moment, order.location)
    return sorted(events, key=lambda event: event.moment)


def _steps(order):
    for change in order.status_changes.select_related("actor").order_by("pk"):
        yield Event(
            change.date_created,
            "flag",
            Status(change.new_status).label,
            staff(change.actor),
            change.reason,
            TONES.get(change.new_status, ""),
            is_step=True,
        )


def _payments(order):
    events = PaymentEvent.objects.filter(payment__order=order).select_related("payment")
    for event in events:
        told = str(PAYMENT_WORDS.get(event.kind, event.kind))
        # A wrong sum may be in a wrong currency: "Money" tells what it was.
        if not event.kind.startswith("held"):
            told += f", {money(event.amount, event.payment.currency)}"
        tone = "bad" if event.kind in BAD else ""
        yield Event(event.created_at, "payments", told, tone=tone)


def _refunds(order):
    for refund in Refund.objects.filter(payment__order=order).select_related("actor"):
        told = _("refund of %s asked for") % money(refund.amount, order.currency)
        yield Event(refund.created_at, "undo", told, staff(refund.actor), refund.reason)


def _movements(order, lines):
    """What was moved at once is told at once."""
    sold = {line.stockrecord_id: line for line in lines}
    movements = Movement.objects.filter(cause=order.number, stockrecord__in=sold)
    movements = movements.select_related("actor").order_by("pk")
    for (kind, actor, reason), moved in groupby(movements, _what_happened):
        moved = list(moved)
        goods = (_moved(movement, sold[movement.stockrecord_id]) for movement in moved)
        told = f"{kind}: {', '.join(goods)}"
        yield Event(moved[0].created_at, "shelves", told, staff(actor), reason)


def _what_happened(movement):
    return movement.get_kind_display(), movement.actor, movement.reason


def _moved(movement, line):
    """In the unit that the line was sold in; a hand-over takes from both counts at once."""
    steps = abs(movement.in_stock_change or movement.reserved_change)
    return f"{line.title} {format_quantity(steps * line.step, line.unit)}"


def _codes(order):
    codes = order.pickup_codes.select_related("issued_by").order_by("pk")
    for number, code in enumerate(codes):
        told = _("new pickup code, the one before is worthless") if number else _("pickup code")
        yield Event(code.issued_at, "qr_code", told, staff(code.issued_by))


def _letters(order):
    for letter in Letter.objects.filter(order=order).select_related("actor"):
        told = _("mail: %s") % letter.get_kind_display()
        if letter.failure:
            told, reason = _("%s, never sent") % told, letter.failure
        else:
            reason = "" if letter.sent_at else _("on its way")
        tone = "bad" if letter.failure else ""
        moment = letter.sent_at or letter.created_at
        yield Event(moment, "mail", told, staff(letter.actor), reason, tone)


def _looks(order):
    """By role. Why is told to the shopper, and to who may read the looks."""
    for look in order.reveals.order_by("pk"):
        who = ", ".join(filter(None, (look.role, look.place)))
        yield Event(look.at, "visibility", _("somebody looked at the contact"), who)
