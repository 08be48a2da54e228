from django.contrib.sitemaps.views import index, sitemap
from django.urls import path
from django.views.generic import TemplateView

from storefront.found.feeds import NewProducts
from storefront.found.sitemaps import SITEMAPS

urlpatterns = [
    path(
        "robots.txt",
        TemplateView.as_view(
            template_name="storefront/found/robots.txt", content_type="text/plain"
        ),
        name="robots",
    ),
    path(
        "sitemap.xml",
        index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemap_index",
    ),
    path(
        "sitemap-<str:section>.xml",
        sitemap,
        {"sitemaps": SITEMAPS, "template_name": "storefront/found/sitemap.xml"},
        name="sitemap",
    ),
    path("new-products.atom", NewProducts(), name="new_products"),
]
