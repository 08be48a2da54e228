"""What a page tells those who find it, share it or follow it."""

from django import template
from django.templatetags.static import static
from django.urls import reverse

from storefront.found.addresses import full, picture_of
from storefront.found.linked import as_json, things

register = template.Library()


@register.inclusion_tag("storefront/found/head.html", takes_context=True)
def found(context):
    """For the pages of the tree; the basket and the like are nobody's to find."""
    page = context.get("page")
    if page is None or not getattr(page, "url_path", None):
        return {}
    picture = picture_of(page)
    return {
        "page": page,
        "shop_name": context["shop_name"],
        "address": full(_address(page, context)),
        "picture": picture or full(static("storefront/icon-180.png")),
        "is_wide": picture is not None,
        "kind": "article" if getattr(page, "date", None) else "website",
        "feed": reverse("new_products"),
        "linked": as_json(things(context)),
    }


def _address(page, context):
    """A list's further pages are addresses of their own; how it is sorted or filtered is not."""
    listing = context.get("listing")
    number = getattr(getattr(listing, "wanted", None), "page", 1)
    return f"{page.url}?page={number}" if number > 1 else page.url
