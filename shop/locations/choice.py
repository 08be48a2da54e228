"""The location that a shopper chose: a cookie holds its code, which is nobody's secret."""

from datetime import timedelta

from django.conf import settings

from shop.locations.models import Location

COOKIE = "magpie_location"


def chosen_location(request):
    """The location to shop at, or None when none is chosen or it has closed for good."""
    code = request.COOKIES.get(COOKIE)
    if not code:
        return None
    return Location.objects.open_to_shoppers().filter(code=code).first()


def remember_location(response, location):
    response.set_cookie(
        COOKIE,
        location.code,
        max_age=timedelta(days=365),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
