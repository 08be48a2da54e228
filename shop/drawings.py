"""Drawings (SVG) from elsewhere: kept without what could act or look elsewhere."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from py_svg_hush import filter_svg

# Pictures inside a drawing are part of it.
PICTURES_INSIDE = {"image": ["png", "jpeg", "webp", "gif"]}


def clean_upload(upload):
    """Take scripts and links to elsewhere out of an upload, if it is a drawing; in place.

    Raises `ValidationError` for what cannot be read as one.
    """
    if not upload.name.lower().endswith(".svg"):
        return
    upload.seek(0)
    try:
        harmless = filter_svg(upload.read(), PICTURES_INSIDE)
    except ValueError as error:
        raise ValidationError(_("This drawing cannot be read.")) from error
    upload.file, upload.size = BytesIO(harmless), len(harmless)
