"""Money, pictures and the way to a page, in templates."""

from django import template
from django.templatetags.static import static
from wagtail.images.models import SourceImageIOError

from shop.money import money

register = template.Library()

register.filter(money)

PLACEHOLDER = "storefront/placeholder.svg"


@register.simple_tag
def picture_url(image, spec="fill-800x600"):
    """Where a picture is, at the size asked for; a drawing of the same shape if there is none.

    Drawings (SVG) come as they are: they fit every size.
    """
    if image is None:
        return static(PLACEHOLDER)
    if image.is_svg():
        return image.file.url
    try:
        return image.get_rendition(spec).url
    except SourceImageIOError:
        return static(PLACEHOLDER)


@register.simple_tag(takes_context=True)
def menu_below(context, page):
    return context["menu"].below(page.path)


@register.simple_tag(takes_context=True)
def menu_above(context, page):
    return context["menu"].above(page.path)


@register.simple_tag(takes_context=True)
def current_section(context):
    """The path of the topmost category that the page stands in, or None."""
    page = context.get("page")
    path = getattr(page, "path", "")
    entries = context["menu"].categories if path else []
    return next((entry.path for entry in entries if path.startswith(entry.path)), None)
