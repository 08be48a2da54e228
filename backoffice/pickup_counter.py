"""The pickup counter: one field, one order, one button. Nothing here says who comes for it."""

from django.contrib.auth.decorators import permission_required
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backoffice.formats import at
from shop.pickup import counter
from shop.pickup.counter import AlreadyCollected, PickupRefused


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("pickup.change_pickupcode", raise_exception=True)
def pickup_counter(request):
    """Looks a code up, or hands its order over: the latter for a press of the button only.

    A phone's own camera opens a QR code's address, so `?code=` is looked up at once.
    """
    if request.method == "POST":
        step = hand_over if "hand_over" in request.POST else look_up
        context = step(request.POST.get("code", ""), request.user)
    elif scanned := request.GET.get("code"):
        context = look_up(scanned, request.user)
    else:
        context = {}
    return TemplateResponse(request, "backoffice/counter.html", context)


def look_up(scanned, actor):
    try:
        return {"code": scanned, **_order_of(counter.find(scanned, actor=actor))}
    except PickupRefused as refusal:
        return _refused(refusal)


def hand_over(scanned, actor):
    try:
        return {"outcome": "done", **_order_of(counter.hand_over(scanned, actor=actor))}
    except PickupRefused as refusal:
        return _refused(refusal)


def _refused(refusal):
    context = {
        "outcome": "refused",
        "refusal": refusal.code,
        "sentence": str(refusal),
    }
    if isinstance(refusal, AlreadyCollected):
        context |= _handed_over(refusal.pickup_code)
    return context


def _handed_over(pickup_code):
    by = pickup_code.used_by
    return {
        "number": pickup_code.order.number,
        "detail": _("Handed over by %(who)s.") % {"who": by.get_username()} if by else "",
    }


def _order_of(pickup_code):
    order = pickup_code.order
    return {
        "number": order.number,
        "location": pickup_code.location.name,
        "placed": at(order.date_placed, pickup_code.location),
        "lines": order.lines_left.select_related("stockrecord").order_by(
            "stockrecord__shelf", "pk"
        ),
    }
