from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.template.loader import render_to_string

AGAIN_IN_SECONDS = 300


class MaintenanceMiddleware:
    """While the shop is closed one page answers everything, and asks no server for it."""

    def __init__(self, get_response):
        if not settings.MAINTENANCE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith("/health/"):
            return self.get_response(request)
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(AGAIN_IN_SECONDS)})
