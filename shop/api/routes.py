"""Addresses of the API, each with its trailing slash and without."""

from django.urls import URLPattern
from django.urls.resolvers import RoutePattern


class EitherWay(RoutePattern):
    """A route that the slash at its end makes no difference to; links spell it as it is written."""

    def match(self, path):
        if match := super().match(path):
            return match
        spelt = path[:-1] if path.endswith("/") else f"{path}/"
        return None if path.endswith("//") else super().match(spelt)


def route(address, view, name, **values):
    pattern = EitherWay(address, name=name, is_endpoint=True)
    return URLPattern(pattern, view.as_view(**values), name=name)
