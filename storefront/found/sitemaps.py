"""What search engines are told of: every page that everybody may see, with its picture."""

from django.contrib.sitemaps import Sitemap
from wagtail.models import Page

from storefront.found.addresses import any_picture_of
from storefront.models import ProductPage


class Pages(Sitemap):
    limit = 2000

    def items(self):
        written = Page.objects.live().public().not_type(ProductPage).filter(depth__gte=2)
        return written.order_by("pk").specific()

    def location(self, page):
        return page.url

    def lastmod(self, page):
        return page.last_published_at

    def get_urls(self, *args, **kwargs):
        told = super().get_urls(*args, **kwargs)
        return [url | {"picture": any_picture_of(url["item"])} for url in told if _is_shown(url)]


class Products(Pages):
    def items(self):
        pages = ProductPage.objects.live().public().filter(is_withdrawn=False)
        return pages.select_related("product__image").defer("story").order_by("pk")


SITEMAPS = {"pages": Pages, "products": Products}


def _is_shown(url):
    return not getattr(url["item"], "is_withdrawn", False)
