from django.utils.functional import SimpleLazyObject

from shop.locations.choice import chosen_location, remember_location


class LocationMiddleware:
    """Gives a request the location that its shopper chose, or None.

    What sets `location_changed` chooses `request.location` for the visits to come.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.location = SimpleLazyObject(lambda: chosen_location(request))
        request.location_changed = False
        response = self.get_response(request)
        if request.location_changed:
            remember_location(response, request.location)
        return response
