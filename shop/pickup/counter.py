"""Handing over at the counter: find what a code stands for, hand it over once."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shop.attempts import Attempts
from shop.catalogue.models import Product
from shop.codes import as_typed
from shop.locations.models import Location, Uncollected
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.pickup import codes, undo
from shop.pickup.models import PickupCode

WRONG_CODES = Attempts("pickup", most={"actor": 20}, seconds=600)
WITHOUT_CODE = "pickup.hand_over_without_code"


class PickupRefused(Exception):
    """An order that is not handed over; `str()` says why, to whoever stands at the counter.

    `number` is the order's, where they may know it.
    """

    code = "refused"
    number = ""


class TooManyAttempts(PickupRefused):
    code = "too_many_attempts"

    def __init__(self, minutes):
        self.minutes = minutes
        sentence = ngettext(
            "Too many wrong codes. Wait %(n)d minute, or look the order up.",
            "Too many wrong codes. Wait %(n)d minutes, or look the order up.",
            minutes,
        )
        super().__init__(sentence % {"n": minutes})


class CodeUnknown(PickupRefused):
    code = "unknown"

    def __init__(self):
        super().__init__(_("We do not know this code. Check it and try again."))


class CodeWithdrawn(PickupRefused):
    code = "withdrawn"

    def __init__(self):
        super().__init__(_("This code was replaced by a newer one. Ask for that."))


class WrongLocation(PickupRefused):
    code = "wrong_location"

    def __init__(self, location):
        super().__init__(
            _("This order is waiting at %(location)s, not here.") % {"location": location.name}
        )


class AlreadyCollected(PickupRefused):
    code = "already_collected"

    def __init__(self, pickup_code):
        self.pickup_code, self.number = pickup_code, pickup_code.order.number
        when = pickup_code.used_at.astimezone(pickup_code.location.zone)
        super().__init__(
            _("Already collected on %(day)s at %(time)s.")
            % {"day": f"{when:%-d %B}", "time": f"{when:%H:%M}"}
        )


class NotToBeCollected(PickupRefused):
    """The order is in a status in which nothing is handed over."""

    SENTENCES = {
        Status.PENDING: ("not_paid", _("This order is not paid yet.")),
        Status.PAID: ("not_ready", _("This order is paid, but not ready yet.")),
        Status.SHIPPED: ("shipped", _("This order was sent by post.")),
        Status.COMPLETED: ("completed", _("This order has arrived already.")),
        Status.CANCELLED: ("cancelled", _("This order was cancelled.")),
        Status.REFUNDED: ("refunded", _("This order was refunded.")),
    }

    def __init__(self, order, status=None):
        self.code, sentence = self.SENTENCES[status or order.status]
        self.number = order.number
        super().__init__(sentence)


class CodeNeeded(PickupRefused):
    code = "code_needed"

    def __init__(self):
        super().__init__(_("You may hand over for a code only."))


class CodeExpired(PickupRefused):
    code = "expired"

    def __init__(self, order):
        self.number = order.number
        super().__init__(_("The time to collect this order is over."))


def find(scanned, *, actor):
    """What to hand over for a scanned QR code or a typed code, at the actor's own locations.

    Raises `PickupRefused`; its `TooManyAttempts` for somebody who keeps guessing.
    """
    locations = Location.objects.visible_to(actor)
    try:
        pickup_code = _guess(
            actor,
            lambda: codes.by_token(_token_in(scanned)) or codes.by_short_code(scanned, locations),
        )
    except CodeUnknown:
        _look_elsewhere(scanned)
        raise
    _check(pickup_code, locations)
    return pickup_code


def _look_elsewhere(typed):
    """Who types a code of another location is sent there. It counts as a guess all the same."""
    if elsewhere := codes.by_short_code(typed, Location.objects.all()):
        raise WrongLocation(elsewhere.location)


def _guess(actor, look):
    """What is found, counted as an attempt if it is nothing."""
    guesses = WRONG_CODES.of(actor=actor.pk)
    if minutes := guesses.count():
        raise TooManyAttempts(minutes)
    found = look()
    if found is None:
        raise CodeUnknown
    guesses.forgive()
    return found


def find_typed(typed, *, actor):
    """The code to type that a search asks for, or None.

    What could be one, and is no order's number and nothing's SKU, counts as a guess
    like one at the counter: a search must not be the way to try them all. Raises
    `TooManyAttempts`.
    """
    if not codes.may_be_short(typed) or _names_something_else(typed):
        return None
    try:
        here = Location.objects.visible_to(actor)
        return _guess(actor, lambda: codes.by_short_code(typed, here))
    except CodeUnknown:
        return None


def _names_something_else(typed):
    numbered = Order.objects.filter(number__startswith=as_typed(typed))
    return numbered.exists() or Product.objects.filter(upc__iexact=typed.strip()).exists()


@dataclass(frozen=True)
class HandOver:
    """What was handed over; `again` if the same person had pressed a moment ago already."""

    pickup_code: PickupCode
    again: bool = False


def hand_over(scanned, *, actor) -> HandOver:
    """Hand over what a code stands for, once. Raises as `find` does.

    Who presses twice on a slow network is answered twice: while it can be undone, it is
    the same hand-over.
    """
    try:
        return HandOver(_hand_over(find(scanned, actor=actor), actor))
    except AlreadyCollected as refusal:
        if undo.still_open().filter(pk=refusal.pickup_code.pk, used_by=actor).exists():
            return HandOver(refusal.pickup_code, again=True)
        raise


def hand_over_without_code(order, *, actor, reason):
    """Hand over an order whose code nobody can show; its history keeps why.

    Whoever may is `WITHOUT_CODE`'s to say. Raises `PickupRefused`.
    """
    if not actor.has_perm(WITHOUT_CODE):
        raise CodeNeeded
    pickup_code = order.pickup_codes.filter(voided_at=None).select_related("location").first()
    if pickup_code is None:
        raise NotToBeCollected(order)
    return _hand_over(pickup_code, actor, reason=_("Without its code: %s") % reason)


@transaction.atomic
def _hand_over(pickup_code, actor, *, reason=""):
    # The order first, as everywhere: it may have been collected or cancelled
    # since it was found, so what was found is checked again under its lock.
    order = Order.objects.select_for_update(of=("self",)).get(pk=pickup_code.order_id)
    pickup_code = _locked(pickup_code)
    pickup_code.order = order
    _check(pickup_code, Location.objects.visible_to(actor))
    PickupCode.objects.filter(pk=pickup_code.pk).update(used_at=Now(), used_by=actor)
    pickup_code.refresh_from_db(fields=["used_at", "used_by"])
    lifecycle.complete(order, actor=actor, reason=reason)
    return pickup_code


def _locked(pickup_code):
    rows = codes.codes().select_for_update(of=("self",)).select_related("location")
    return rows.get(pk=pickup_code.pk)


def _token_in(scanned):
    """The token, from the address that a QR code carries or bare."""
    scanned = scanned.strip()
    try:
        return parse_qs(urlsplit(scanned).query).get("code", [scanned])[0]
    except ValueError:
        # Not every text with slashes and brackets is an address.
        return scanned


def _check(pickup_code, locations):
    if not locations.filter(pk=pickup_code.location_id).exists():
        raise WrongLocation(pickup_code.location)
    if pickup_code.used_at:
        raise AlreadyCollected(pickup_code)
    if pickup_code.voided_at:
        raise CodeWithdrawn
    _check_order(pickup_code)


def _check_order(pickup_code):
    order = pickup_code.order
    if order.status == Status.READY:
        if not order.lines_left.exists():
            # The money may still be on its way.
            raise NotToBeCollected(order, Status.REFUNDED)
        # Where nothing is given up by itself, whoever comes late gets it all the same.
        given_up = pickup_code.location.uncollected_policy == Uncollected.RELEASE_AND_REFUND
        if given_up and pickup_code.is_over:
            raise CodeExpired(order)
    elif order.status_changes.filter(ending=Ending.NOT_COLLECTED).exists():
        raise CodeExpired(order)
    else:
        raise NotToBeCollected(order)
