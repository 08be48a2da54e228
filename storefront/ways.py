from urllib.parse import urlencode

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request, wanted, otherwise="/"):
    """Where a form asked to go back to, if that is on this site."""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else otherwise


def way_to(page):
    """A page's address, not asking which site this is: there is one, and its root comes first."""
    _empty, _home, below = page.url_path.split("/", 2)
    return reverse("wagtail_serve", args=[below])


def choose_location_then(name):
    """To the locations, and once one is chosen to the address of this name."""
    return f"/locations/?{urlencode({'next': reverse(name)})}"
