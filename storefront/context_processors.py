from django.conf import settings
from django.utils.functional import SimpleLazyObject

from shop.basket.identity import line_count
from storefront.menu import menu


def shop(request):
    """What the frame of each page shows; nothing is read before a template asks."""
    return {
        "shop_name": settings.OSCAR_SHOP_NAME,
        "menu": SimpleLazyObject(menu),
        "basket_count": SimpleLazyObject(lambda: line_count(request)),
    }
