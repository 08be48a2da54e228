"""What a shopper keeps for later: an account has one list, and a product stands in it once."""

from django.db import transaction

from shop.customer.models import User
from shop.wishlists.models import Line, WishList


def wishes_of(user):
    """The lines whose products can still be shown, the latest wish first."""
    lines = Line.objects.filter(wishlist__owner=user, product__is_public=True)
    return lines.select_related("product").order_by("-pk")


def is_wished(user, product):
    return Line.objects.filter(wishlist__owner=user, product=product).exists()


@transaction.atomic
def add_to_wishlist(user, product):
    """Whether this call put it there: twice is the same as once, at the same moment too."""
    # Who taps twice waits here: neither makes a second list.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if is_wished(user, product):
        return False
    _list_of(user).lines.create(product=product, title=product.get_title())
    return True


def remove_from_wishlist(user, product):
    """Whether it was there."""
    removed, _by_model = Line.objects.filter(wishlist__owner=user, product=product).delete()
    return bool(removed)


def _list_of(user):
    latest = WishList.objects.filter(owner=user).order_by("-date_created").first()
    return latest or WishList.objects.create(owner=user)
