from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject

from shop.basket.identity import line_count
from storefront.kept import kept
from storefront.menu import menu


def shop(request):
    """What the frame of each page shows; nothing is read before a template asks."""
    return {
        "shop_name": settings.OSCAR_SHOP_NAME,
        "menu": SimpleLazyObject(lambda: kept(request, "menu", menu)),
        "basket_count": SimpleLazyObject(lambda: line_count(request)),
        "basket_badge": SimpleLazyObject(lambda: basket_badge(request)),
    }


def basket_badge(request):
    """How much is in the basket, apart from the page: it is nobody else's."""
    count = line_count(request)
    return render_to_string("storefront/parts/basket_badge.html", {"basket_count": count})
