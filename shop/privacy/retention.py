"""Contact data of finished orders goes after a while, by itself.

The time begins with an order's last step. An order with money on its way back, or
with a letter that waits to be sent, keeps its contact until that is done.

A promo code that may be used once knows who used it by a keyed digest of the
address. That outlives the contact, also of a guest who had it erased: else a code
could be used again for the asking. It says nothing without the shop's secret, is
compared with nothing but other uses of that code, and goes when the code has ended,
`PROMO_USE_DAYS` after its use at the latest. Who closes an account takes it along.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now

from shop.audit.trail import Change, record
from shop.batches import within_time
from shop.contacts.models import Contact
from shop.order.models import Order, OrderStatusChange
from shop.privacy.models import EventKind, PrivacyEvent, RetentionPeriod
from shop.privacy.orders import done_with, letter_under_way
from shop.voucher.models import VoucherApplication

BATCH = 500


def days_kept():
    """What the owners decided, or the setting where they have not."""
    decided = RetentionPeriod.objects.order_by("-pk").values_list("days", flat=True).first()
    return settings.CONTACT_RETENTION_DAYS if decided is None else decided


@transaction.atomic
def decide(days, *, actor):
    """Keep contacts for so many days from now on."""
    before = days_kept()
    period = RetentionPeriod.objects.create(days=days, actor=actor)
    record(period, actor, [Change(period._meta.get_field("days").verbose_name, before, days)])
    return period


def orders_past_retention(days=None):
    """Finished orders whose contact the shop has kept for long enough, or for `days`."""
    days = days_kept() if days is None else days
    steps = OrderStatusChange.objects.filter(order=OuterRef("pk")).order_by("-pk")
    kept = Order.objects.filter(~letter_under_way(), contact__isnull=False)
    limit = Now() - timedelta(days=days)
    ended = Subquery(steps.values("date_created")[:1])
    return done_with(kept).annotate(ended_at=ended).filter(ended_at__lt=limit)


def erase_old_contacts() -> int:
    """Erase them batch by batch; returns how many. What somebody else is at waits for next time."""
    return sum(within_time(iter(_erase_batch, 0)))


@transaction.atomic
def _erase_batch():
    due = orders_past_retention().order_by("pk").select_for_update(of=("self",), skip_locked=True)
    orders = [order.pk for order in due.only("pk")[:BATCH]]
    erased, _rows = Contact.objects.filter(order__in=orders).delete()
    if erased:
        PrivacyEvent.objects.create(kind=EventKind.RETENTION, contacts=erased)
    return erased


def forget_promo_uses() -> int:
    """Forget who used a promo code, where that decides about nothing any more; returns how many.

    Money that comes late may bring an order back, with a code that had ended meanwhile.
    """
    ended = Q(voucher__end_datetime__lt=Now() - timedelta(hours=settings.LATE_SUCCESS_HOURS))
    long_ago = Q(date_created__lt=Now() - timedelta(days=settings.PROMO_USE_DAYS))
    erased = Q(order=None) | Q(order__contact=None)
    uses = VoucherApplication.objects.filter(ended | long_ago, erased).exclude(contact_digest="")
    # An UPDATE joins no other table.
    due = VoucherApplication.objects.filter(pk__in=uses.values("pk"))
    return due.update(contact_digest="")
