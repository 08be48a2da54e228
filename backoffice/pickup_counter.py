"""The pickup counter: one field, one order, one button. Nothing here says who comes for it."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backoffice.formats import at
from shop.audit.trail import record
from shop.pickup import board, counter
from shop.pickup.counter import AlreadyCollected, PickupRefused
from shop.pickup.models import PickupCode
from shop.pickup.undo import CannotUndo, undo_hand_over


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("pickup.change_pickupcode", raise_exception=True)
def pickup_counter(request):
    """Looks a code up; hands its order over, or undoes that, for a press of the button only.

    A phone's own camera opens a QR code's address, so `?code=` is looked up at once.
    """
    if request.method == "POST":
        context = _answer(request.POST, request.user)
    elif scanned := request.GET.get("code"):
        context = look_up(scanned, request.user)
    else:
        context = {}
    return TemplateResponse(request, "backoffice/counter.html", context | _board(request.user))


def _answer(posted, actor):
    if "undo" in posted:
        return undo(posted["undo"], actor)
    step = hand_over if "hand_over" in posted else look_up
    return step(posted.get("code", ""), actor)


def look_up(scanned, actor):
    try:
        pickup_code = counter.find(scanned, actor=actor)
    except PickupRefused as refusal:
        return _refused(refusal)
    return {"outcome": "found", "code": scanned, **_order_of(pickup_code)}


def hand_over(scanned, actor):
    try:
        done = counter.hand_over(scanned, actor=actor)
    except PickupRefused as refusal:
        return _refused(refusal)
    if not done.again:
        record(done.pickup_code.order, actor, summary=_("handed over at the counter"))
    return {"outcome": "done", "again": done.again, **_order_of(done.pickup_code)}


def undo(pk, actor):
    handed_over = PickupCode.objects.visible_to(actor).filter(pk=pk if pk.isdecimal() else 0)
    pickup_code = handed_over.select_related("order").first()
    if pickup_code is None:
        raise Http404
    try:
        undone = undo_hand_over(pickup_code, actor=actor)
    except CannotUndo as refusal:
        return {
            "outcome": "stands",
            "sentence": str(refusal),
            "number": pickup_code.order.number,
        }
    record(undone.order, actor, summary=_("hand-over undone"))
    return {"outcome": "undone", **_order_of(undone)}


def _refused(refusal):
    return {
        "outcome": "refused",
        "refusal": refusal.code,
        "sentence": str(refusal),
        "number": refusal.number,
        "detail": _handed_over_by(refusal) if isinstance(refusal, AlreadyCollected) else "",
    }


def _handed_over_by(refusal):
    by = refusal.pickup_code.used_by
    return _("Handed over by %(who)s.") % {"who": by.get_username()} if by else ""


def _order_of(pickup_code):
    order = pickup_code.order
    lines = order.lines_left.select_related("stockrecord").order_by("stockrecord__shelf", "pk")
    return {
        "pickup_code": pickup_code,
        "number": order.number,
        "location": pickup_code.location.name,
        "placed": at(order.date_placed, pickup_code.location),
        "lines": list(lines),
    }


def _board(actor):
    return {
        "ready": board.ready_by_location(actor),
        "last": [_row(pickup_code) for pickup_code in board.last_hand_overs(actor)],
    }


def _row(pickup_code):
    return {
        "pk": pickup_code.pk,
        "number": pickup_code.order.number,
        "when": at(pickup_code.used_at, pickup_code.location),
        "by": pickup_code.used_by.get_username() if pickup_code.used_by else "",
        "undo_seconds": max(0, int(pickup_code.can_be_undone.total_seconds())),
    }
