"""Whose basket a request is about: an account's, or that of a signed cookie."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q

from shop.basket import contents
from shop.basket.models import Basket, Line

COOKIE = settings.OSCAR_BASKET_COOKIE_OPEN
MAX_AGE = timedelta(seconds=settings.OSCAR_BASKET_COOKIE_LIFETIME)
SALT = "shop.basket"


def open_basket(request):
    """The request's open basket; a new one is saved when something is put into it."""
    if request.user.is_authenticated:
        return _basket_of_account(request)
    return _basket_of_cookie(request) or _new_basket(request)


def line_count(request):
    """How many lines the request's basket has: one query, and none for a guest without one."""
    if not request.user.is_authenticated:
        pk = _cookie_pk(request)
        if pk is None:
            return 0
        mine = Q(basket=pk) | Q(basket__predecessor=pk)
        return Line.objects.filter(mine, basket__owner=None, basket__status=Basket.OPEN).count()
    if COOKIE in request.COOKIES:
        # What a guest had put into theirs joins the account's first.
        return request.basket.num_lines
    return Line.objects.filter(basket__owner=request.user, basket__status=Basket.OPEN).count()


def _basket_of_account(request):
    user = request.user
    basket = Basket.open.filter(owner=user).select_related("location").first()
    guest_basket = _basket_of_cookie(request)
    if guest_basket is None:
        return basket or Basket(owner=user, location=request.location or None)
    if basket is None:
        Basket.objects.filter(pk=guest_basket.pk).update(owner=user)
        guest_basket.owner = user
        return guest_basket
    _merge(basket, guest_basket)
    return basket


@transaction.atomic
def _merge(basket, guest_basket):
    """Take a guest's basket into the account's. What was just filled decides the location."""
    # Two requests may arrive with the cookie: one of them merges.
    if not Basket.open.filter(pk=guest_basket.pk).update(status=Basket.MERGED):
        return
    if guest_basket.lines.exists() and guest_basket.location:
        if basket.location_id != guest_basket.location_id:
            contents.move_to(basket, guest_basket.location)
        basket.merge(guest_basket, add_quantities=False)


def is_mine(request, basket):
    """Whether a basket, open or ordered, is the account's or the one that the cookie names."""
    if basket.owner_id is not None:
        return basket.owner_id == request.user.pk
    return basket.pk == _cookie_pk(request)


def _basket_of_cookie(request):
    pk = _cookie_pk(request)
    if pk is None:
        return None
    # The cookie may still name the basket that was ordered last.
    mine = Q(pk=pk) | Q(predecessor=pk)
    return Basket.open.filter(mine, owner=None).select_related("location").order_by("-pk").first()


def _new_basket(request):
    predecessor = Basket.objects.filter(pk=_cookie_pk(request), successor=None).first()
    return Basket(location=request.location or None, predecessor=predecessor)


def _cookie_pk(request):
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None


def remember_basket(request, response, basket):
    """Give a guest the cookie that finds the basket again, take it from who has an account."""
    if request.user.is_authenticated:
        if COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE)
    elif basket.pk and basket.pk != _cookie_pk(request):
        response.set_cookie(
            COOKIE,
            signing.dumps(basket.pk, salt=SALT),
            max_age=MAX_AGE,
            secure=settings.OSCAR_BASKET_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
