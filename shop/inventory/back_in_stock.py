"""Back in stock: who asked is told, in the order they asked, no more than there is to buy.

Whoever was told in the last `BACK_IN_STOCK_HOURS` may still come for it, so
each of them uses up one step of what is free; the next ones wait for more, or
for those hours to pass.
"""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shop.attempts import Attempts
from shop.batches import within_time
from shop.encryption import fingerprints
from shop.inventory.models import StockRequest
from shop.inventory.signals import stock_came_free, stock_is_back
from shop.partner.models import StockRecord

SALT = "shop.inventory.back_in_stock"
# Nobody waits for more; whoever types other people's addresses does.
MOST_WAITING = 20
FORGOTTEN_AFTER = timedelta(days=30)
# By who asks, and by whom the letters are to go to: neither floods a mailbox nor many.
ASKED = Attempts("back-in-stock", most={"visitor": 30, "mailbox": 25}, seconds=3600)


class CannotAsk(ValueError):
    """There is nothing to wait for; `str()` says why, to the shopper."""


class AskedTooOften(CannotAsk):
    def __init__(self, minutes):
        sentence = ngettext(
            "That is a lot to wait for at once. Ask again in %(n)d minute.",
            "That is a lot to wait for at once. Ask again in %(n)d minutes.",
            minutes,
        )
        super().__init__(sentence % {"n": minutes})


class NoSuchRequest(ValueError):
    """A link that the shop did not write."""


def ask(product, location, *, user=None, email="", visitor=""):
    """Put a shopper in the queue for a product at a location; asking twice asks once.

    An account is told at its own address, whatever `email` says. `visitor` is the
    client's address: who asks too often from there has to wait. Raises `CannotAsk`.
    """
    _check_worth_waiting(product, location)
    address = user.email if user else email
    if not address:
        raise CannotAsk(_("Tell us where to write to."))
    newest, *earlier = fingerprints(address)
    if minutes := ASKED.of(visitor=visitor, mailbox=newest).count():
        raise AskedTooOften(minutes)
    mine = StockRequest.objects.waiting().filter(fingerprint__in=[newest, *earlier])
    request, created = mine.get_or_create(
        product=product,
        location=location,
        defaults={"user": user, "email": "" if user else address, "fingerprint": newest},
    )
    if created and mine.count() > MOST_WAITING:
        request.delete()
        raise CannotAsk(_("You wait for so many products already. Take one off first."))
    return request


def _check_worth_waiting(product, location):
    record = StockRecord.objects.filter(product=product, partner=location.pk).first()
    if record is None or not product.is_public or not location.is_active:
        raise CannotAsk(_("This is not offered here."))
    if record.net_stock_level > 0:
        raise CannotAsk(_("It is in stock here: you can order it now."))


def withdrawal_token(request):
    """What a letter's link needs, to take its shopper out of the queue."""
    return signing.dumps(request.pk, salt=SALT)


def request_of(token):
    """The request that a token takes back, or None when it is gone. Raises `NoSuchRequest`."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature as forged:
        raise NoSuchRequest from forged
    return StockRequest.objects.select_related("product", "location").filter(pk=pk).first()


def withdraw(token):
    """Take whoever got a letter out of every queue. Raises `NoSuchRequest`.

    The one that the letter was about is told already: who wants no more of them
    means the others. Twice is the same as once.
    """
    request = request_of(token)
    if request:
        _of_same_mailbox(request).delete()


def others_waiting(request):
    """For how many other products the same mailbox waits."""
    return _of_same_mailbox(request).waiting().exclude(pk=request.pk).count()


def waiting_for(user):
    """What an account waits for, the latest first."""
    mine = StockRequest.objects.waiting().filter(user=user)
    return mine.select_related("product__image", "location").order_by("-pk")


def give_up(user, pk):
    """Take an account out of one queue; whether it stood there."""
    deleted, _by_model = waiting_for(user).filter(pk=pk).delete()
    return bool(deleted)


def _of_same_mailbox(request):
    same = Q(fingerprint__in=fingerprints(request.address))
    if request.user_id:
        same |= Q(user=request.user_id)
    return StockRequest.objects.filter(same)


def watch(levels):
    """Announce what came free and is waited for, after a booking."""
    freed = {
        level.stockrecord_id: level.movement_id
        for level in levels
        if level.before <= 0 < level.after
    }
    if not freed:
        return
    for record_id in _waited_for().filter(pk__in=freed).values_list("pk", flat=True):
        stock_came_free.send(sender=StockRequest, movement_id=freed[record_id])


@transaction.atomic
def tell(record):
    """Tell the next ones in the queue, as many as can have it; returns how many that were.

    Two workers tell nobody twice: the second one waits for the first one's rows,
    and counts whom it told.
    """
    record = StockRecord.objects.get(pk=record.pk)
    requests = StockRequest.objects.of(record)
    queue = requests.waiting().select_for_update(of=("self",)).order_by("pk")
    waiting = list(queue[: max(record.net_stock_level, 0)])
    room = max(record.net_stock_level - requests.still_coming().count(), 0)
    for request in waiting[:room]:
        StockRequest.objects.filter(pk=request.pk).update(told_at=Now())
        stock_is_back.send(sender=StockRequest, request=request)
    return len(waiting[:room])


def tell_all():
    """Tell whom no announcement reached, and forget the told ones; returns how many were told."""
    StockRequest.objects.filter(told_at__lt=Now() - FORGOTTEN_AFTER).delete()
    free = _waited_for().filter(num_in_stock__gt=F("num_allocated"))
    return sum(tell(record) for record in within_time(free))


def _waited_for():
    """The records that somebody waits for, where they can be bought."""
    waiting = StockRequest.objects.waiting().filter(
        product=OuterRef("product_id"), location=OuterRef("partner_id")
    )
    on_sale = StockRecord.objects.filter(product__is_public=True, partner__location__is_active=True)
    return on_sale.filter(Exists(waiting))
