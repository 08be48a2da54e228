from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from shop.basket.models import Basket


@receiver(user_logged_in)
def follow_basket_of_account(request, user, **_signal):
    """Who logs in on another device goes on where the basket is."""
    if request is None or getattr(request, "location", None):
        return
    basket = Basket.open.filter(owner=user, location__is_active=True).select_related("location")
    if left_behind := basket.first():
        request.location = left_behind.location
        request.location_changed = True
