"""The composition root's addresses: every face is named, none is imported."""

from django.conf import settings
from django.http import Http404
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from shop.media import uploaded_file


def nobody_here(request, rest=""):
    raise Http404


urlpatterns = [
    path("health/", include("shop.health")),
    path("api/", include("shop.api.urls")),
    path("backoffice/", include("backoffice.urls")),
    # Wagtail lists every account there; the shop's people are kept in the back office.
    # There is one door, and it knows the second factor.
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/users/", nobody_here),
    path("cms/users/<path:rest>", nobody_here),
    # Passwords are reset in the shop, which limits how often it writes to anybody.
    path("cms/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("cms/password_reset/<path:rest>", nobody_here),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.urls")),
    path("", include("storefront.urls")),
]

if settings.SERVE_MEDIA:
    urlpatterns.insert(0, path("media/<path:path>", uploaded_file))
