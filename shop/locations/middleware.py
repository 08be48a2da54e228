from django.utils.functional import SimpleLazyObject

from shop.locations.choice import chosen_location


class LocationMiddleware:
    """Gives a request the location that its shopper chose, or None."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.location = SimpleLazyObject(lambda: chosen_location(request))
        return self.get_response(request)
