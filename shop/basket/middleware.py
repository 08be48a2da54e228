from django.utils.functional import SimpleLazyObject, empty

from shop.basket.identity import open_basket, remember_basket
from shop.partner.strategy import AtLocation


class BasketMiddleware:
    """Gives a request its basket, loaded when something asks for it.

    Oscar's own recomputes every offer whenever a basket is touched; here the
    pages that show discounts apply them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.strategy = AtLocation(request)
        request.basket = SimpleLazyObject(lambda: open_basket(request))
        response = self.get_response(request)
        if request.basket._wrapped is not empty:
            remember_basket(request, response, request.basket)
        return response
