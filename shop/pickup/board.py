"""What is told beside a counter: how much waits there, and what was handed over last."""

from datetime import timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from shop.order.models import Order, Status
from shop.pickup.models import PickupCode
from shop.pickup.undo import window

SHOWN = 6
A_DAY = timedelta(days=1)


def ready_by_location(actor):
    """How many orders lie `ready` at each of an actor's locations; of how many the time ends."""
    waiting = Order.objects.visible_to(actor).filter(status=Status.READY)
    ends_soon = Q(waiting__until__lt=Now() + A_DAY)
    by_location = waiting.order_by("location__name").values(name=F("location__name"))
    return by_location.annotate(ready=Count("pk"), ending=Count("pk", filter=ends_soon))


def last_hand_overs(actor):
    """The latest of a day, each with how much longer it `can_be_undone`."""
    left = ExpressionWrapper(F("used_at") + window() - Now(), DurationField())
    return (
        PickupCode.objects.visible_to(actor)
        .filter(used_at__gt=Now() - A_DAY, voided_at=None)
        .select_related("order", "location", "used_by")
        .annotate(can_be_undone=left)
        .order_by("-used_at")[:SHOWN]
    )
