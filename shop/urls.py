"""The composition root's addresses: every face is named, none is imported."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("health/", include("shop.health")),
    path("api/", include("shop.api.urls")),
    path("backoffice/", include("backoffice.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("accounts/", include("allauth.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include("storefront.urls")),
]
