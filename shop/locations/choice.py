"""The location that a shopper chose: a cookie holds its code, which is nobody's secret.

An account's choice is kept as well, for the next browser that it is used in.
"""

from datetime import timedelta

from django.conf import settings

from shop.locations.models import ChosenLocation, Location

COOKIE = "magpie_location"


def chosen_location(request):
    """The location to shop at, or None when none is chosen or it has closed for good.

    The account's own choice is read where the browser knows of none, and its cookie set.
    """
    if code := request.COOKIES.get(COOKIE):
        return Location.objects.open_to_shoppers().filter(code=code).first()
    location = _of_account(request.user) if request.user.is_authenticated else None
    request.location_changed = location is not None
    return location


def _of_account(user):
    chosen = ChosenLocation.objects.filter(user=user).values("location")
    return Location.objects.open_to_shoppers().filter(pk__in=chosen).first()


def choose_location(user, location):
    """Keep an account's choice for all of its browsers; a guest has the cookie alone."""
    if user.is_authenticated:
        ChosenLocation.objects.update_or_create(user=user, defaults={"location": location})


def remember_location(response, location):
    response.set_cookie(
        COOKIE,
        location.code,
        max_age=timedelta(days=365),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
