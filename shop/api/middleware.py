from django.http import JsonResponse

from shop.api.errors import MEDIA_TYPE, problem

SPEAKS_OF_ITSELF = ("application/json", MEDIA_TYPE)
CODES = {
    400: ("invalid", "This request cannot be used."),
    403: ("permission_denied", "This is not yours to do."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    503: ("unavailable", "The shop is closed for a few minutes."),
}
BROKEN = ("error", "Something is broken here. We have been told.")


class ProblemDocuments:
    """Whatever refuses a request before the API sees it, or breaks, answers as the API does."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith("/api/") and _is_a_page(response):
            return _as_problem(response)
        return response


def _is_a_page(response):
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return response.status_code >= 400 and kind not in SPEAKS_OF_ITSELF


def _as_problem(page):
    code, detail = CODES.get(page.status_code, BROKEN)
    document = problem(page.status_code, code, detail, {} if page.status_code == 400 else None)
    said = JsonResponse(document, status=page.status_code, content_type=MEDIA_TYPE)
    for name in ("Allow", "Retry-After"):
        if name in page.headers:
            said.headers[name] = page.headers[name]
    return said


class RateLimitHeaders:
    """Tells a client how much it may still ask for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        count = getattr(request, "rate_limit", None)
        for name, value in (count.headers if count else {}).items():
            response.headers[name] = value
        return response
