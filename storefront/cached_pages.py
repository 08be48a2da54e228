"""Lists, products and searches from the cache, for whoever is not signed in.

A page is kept as it was drawn, with a gap for what is somebody's own: the basket's count and
the token of a form. Its key is its address, where the visitor collects, and the versions of
all that it shows: price, stock and words show at once, because what was kept before them is
not asked for any more.
"""

import hashlib
from dataclasses import dataclass
from functools import wraps

from django.core.cache import cache
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe

from shop.locations.choice import COOKIE
from storefront.context_processors import basket_badge
from storefront.kept import A_DAY, key_of
from storefront.versions import version_at

# An address with anything else in it is one of too many.
PARAMETERS = {
    *("q", "sort", "page", "quantity", "stars", "reviews"),
    *("category", "price_from", "price_to", "in_stock", "location", "country", "rating", "unit"),
}
LONGEST = 300
GAPS = {
    "basket_badge": (b"<!--gap:basket-->", lambda request: basket_badge(request)),
    "csrf_token": (b"gap-for-the-token-of-a-form", get_token),
}


@dataclass(frozen=True)
class Kept:
    body: bytes
    content_type: str


def cached(view):
    """Keep those answers of a view that it lets be kept."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if not _is_anybodys(request):
            return view(request, *args, **kwargs)
        key = _key(request)
        found = cache.get(key)
        if found is None:
            response = view(request, *args, **kwargs)
            found = _draw(response)
            if found is None:
                return response
            cache.set(key, found, A_DAY)
        return _fill(request, found)

    return answer


def keep(response):
    """Let this page be kept."""
    response.may_be_kept = True
    return response


def _is_anybodys(request):
    """Whether the next visitor would see the same: nobody is known, nothing waits to be said."""
    session = request.session
    return (
        request.method == "GET"
        and not (session.session_key and session.keys())
        and request.GET.keys() <= PARAMETERS
        and len(request.get_full_path()) <= LONGEST
    )


def _key(request):
    code = request.COOKIES.get(COOKIE, "")
    address = f"{request.get_host()} {request.get_full_path()} {code}"
    digest = hashlib.sha256(address.encode()).hexdigest()
    return key_of("page", version_at(request, code), digest)


def _draw(response):
    """A page with its gaps, or None if it is not one to keep."""
    if not isinstance(response, TemplateResponse) or not getattr(response, "may_be_kept", False):
        return None
    gaps = {name: mark_safe(gap.decode()) for name, (gap, _fill) in GAPS.items()}  # noqa: S308
    response.context_data = {**(response.context_data or {}), **gaps}
    response.render()
    if response.status_code != 200 or response.cookies:
        return None
    return Kept(response.content, response["Content-Type"])


def _fill(request, page):
    body = page.body
    for gap, fill in GAPS.values():
        if gap in body:
            body = body.replace(gap, str(fill(request)).encode())
    response = HttpResponse(body, content_type=page.content_type)
    patch_vary_headers(response, ["Cookie"])
    return response
