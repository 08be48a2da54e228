"""Whose basket a request is about: an account's, or that of a signed cookie."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
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
    if (pk := _cookie_pk(request)) is not None:
        _bring_along(pk, user)
    return basket_of(user, location=request.location or None)


def basket_of(user, *, location=None):
    """An account's open basket; a new one, at `location`, is saved when something is put in."""
    basket = Basket.open.filter(owner=user).select_related("location").first()
    return basket or Basket(owner=user, location=location)


def _bring_along(cookie_pk, user):
    """Make the baskets that a guest's cookie names the account's own.

    What was ordered is among them: a failed payment brings it back to the account.
    """
    for guest_basket in _of_guest(Basket.objects, cookie_pk).select_related("location"):
        try:
            with transaction.atomic():
                Basket.objects.filter(pk=guest_basket.pk, owner=None).update(owner=user)
        except IntegrityError:
            # The database lets an account have one open basket, and it has one.
            _merge(guest_basket, user)


@transaction.atomic
def _merge(guest_basket, user):
    """Take a guest's basket into the account's. What was just filled decides the location."""
    basket = contents.basket_of_account(user.pk, guest_basket.location_id)
    # Two requests may arrive with the cookie: one of them merges.
    still_open = Basket.open.filter(pk=guest_basket.pk, owner=None)
    if not still_open.update(status=Basket.MERGED, owner=user):
        return
    guest_basket.owner = user
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
    return _of_guest(Basket.open, pk).select_related("location").order_by("-pk").first()


def _of_guest(baskets, cookie_pk):
    # The cookie may still name the basket that was ordered last.
    return baskets.filter(Q(pk=cookie_pk) | Q(predecessor=cookie_pk), owner=None)


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
