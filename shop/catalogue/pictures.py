"""Pictures that somebody sends: looked into, and drawn anew, so that nothing else comes along."""

import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from wagtail.images import get_image_model

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
KINDS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")


def keep_picture(upload, title, user):
    """Make an upload one of the shop's pictures. Raises `ValidationError`."""
    return get_image_model().objects.create(
        title=title, file=_redrawn(upload, title), description=title, uploaded_by_user=user
    )


def _redrawn(upload, title):
    """The first frame, upright and no larger than is shown, without what a camera wrote in it."""
    picture = _opened(upload)
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    mode, kind = ("RGBA", "PNG") if picture.has_transparency_data else ("RGB", "JPEG")
    drawn = BytesIO()
    picture.convert(mode).save(drawn, kind, optimize=True)
    return ContentFile(drawn.getvalue(), name=f"{slugify(title) or 'picture'}.{kind.lower()}")


def _opened(upload):
    if upload.size > MOST_BYTES:
        raise ValidationError(_("This picture is too large: 10 MB at most."))
    try:
        with warnings.catch_warnings():
            # Its size in pixels is looked at right below, before any is read.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=KINDS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(_("This picture has too many pixels: 40 million at most."))
        picture.load()
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError) as fault:
        said = _("This is no picture that can be read: JPEG, PNG, WebP, AVIF or GIF.")
        raise ValidationError(said) from fault
    return picture
