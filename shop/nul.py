"""A NUL is no text: PostgreSQL keeps none, so what contains one is refused before anybody looks."""

from urllib.parse import unquote

from django.http import HttpResponseBadRequest

FORM = "application/x-www-form-urlencoded"


class NoNulMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _has_nul(request):
            return HttpResponseBadRequest()
        return self.get_response(request)


def _has_nul(request):
    said = [request.path_info, unquote(request.META.get("QUERY_STRING", ""))]
    said += request.COOKIES.values()
    # What a webhook sends is nobody's form, and read once, by whoever checks its signature.
    if request.content_type == FORM and not request.path_info.startswith("/api/"):
        said += (value for values in request.POST.lists() for value in values[1])
    return any("\0" in text for text in said)
