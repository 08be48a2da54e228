"""Addresses as those know them who come from elsewhere: with the shop's own host."""

from urllib.parse import urljoin

from django.conf import settings

from storefront.pictures import address

# What other places show beside a link: wide, and in a form that all of them read.
WIDE = "fill-1200x630|format-jpeg"


def full(path):
    return urljoin(settings.SITE_URL, path)


def picture_of(page):
    """The picture that a page is known by, or None for one that nobody has taken yet."""
    image = _image(page)
    return None if image is None or image.is_svg() else full(address(image, WIDE))


def any_picture_of(page):
    """The same for those who show drawings too."""
    image = _image(page)
    if image is None:
        return None
    return full(image.file.url) if image.is_svg() else full(address(image, WIDE))


def _image(page):
    product = getattr(page, "product", None)
    if product:
        return product.image
    return getattr(page, "picture", None) or getattr(page, "hero_picture", None)
