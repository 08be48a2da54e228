"""Pictures: shown small beside their product, and taken in through a form once checked."""

from defusedxml.ElementTree import ParseError, parse
from django import forms
from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.models import Image

THUMBNAIL = "max-96x96"
HARMFUL = {"script", "foreignobject", "iframe", "embed", "object", "handler"}


class PictureField(WagtailImageField):
    """An upload that is a picture in a format that the shop shows; a drawing must not act."""

    def to_python(self, data):
        picture = super().to_python(data)
        if picture and picture.name.lower().endswith(".svg"):
            _refuse_acting(picture)
        return picture


def _refuse_acting(drawing):
    drawing.seek(0)
    try:
        elements = list(parse(drawing).iter())
    except ParseError as error:
        raise forms.ValidationError(_("This drawing cannot be read.")) from error
    finally:
        drawing.seek(0)
    if any(_acts(element) for element in elements):
        raise forms.ValidationError(_("This drawing holds a script or a link to elsewhere."))


def _acts(element):
    if element.tag.rpartition("}")[2].lower() in HARMFUL:
        return True
    attributes = ((name.rpartition("}")[2].lower(), value) for name, value in element.items())
    return any(
        name.startswith("on") or (name == "href" and not value.startswith(("#", "data:image/")))
        for name, value in attributes
    )


def keep(picture, title, user):
    """Make an upload one of the shop's pictures, for its pages as well."""
    return Image.objects.create(title=title, file=picture, uploaded_by_user=user)


def prefetched():
    """What keeps a list of products from asking for each picture alone."""
    return Prefetch("image", Image.objects.prefetch_renditions(THUMBNAIL))


def thumbnail(product, shape="office-thumb"):
    if product is None or product.image is None:
        return format_html('<span class="{}"></span>', shape)
    picture = product.image
    address = picture.file.url if picture.is_svg() else picture.get_rendition(THUMBNAIL).url
    return format_html('<img class="{}" src="{}" alt="" loading="lazy">', shape, address)
