"""Money, pictures and the way to a page, in templates."""

from django import template
from django.templatetags.static import static
from django.utils.safestring import mark_safe

from shop.money import money
from storefront.pictures import SHAPES, address, srcset

register = template.Library()

register.filter(money)

PLACEHOLDER = "storefront/placeholder.svg"
# How soon a browser fetches a picture: what is below the fold, when it comes near.
HINTS = {
    "first": mark_safe(' fetchpriority="high"'),
    "now": "",
    "later": mark_safe(' loading="lazy"'),
}


@register.inclusion_tag("storefront/parts/picture.html")
def picture(image, shape="card", alt="", when="later"):
    """A picture in one of the shop's frames; a drawing of the same shape if there is none."""
    shape = SHAPES[shape]
    width, height = shape.size(image)
    shown = {"alt": alt, "width": width, "height": height, "hints": HINTS[when]}
    if image is None:
        return shown | {"src": static(PLACEHOLDER)}
    if image.is_svg():  # a drawing fits every size
        return shown | {"src": image.file.url}
    return shown | {
        "src": address(image, shape.spec(shape.widths_of(image)[-1], "webp")),
        "avif": srcset(image, shape, "avif"),
        "webp": srcset(image, shape, "webp"),
        "room": shape.room,
    }


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
