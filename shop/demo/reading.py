"""The demo shop's tables and drawings, as they lie in `data`."""

import tomllib
from pathlib import Path

from django.core.files.base import ContentFile
from wagtail.images import get_image_model

DATA = Path(__file__).parent / "data"


def read(name):
    """The rows of `data/<name>.toml`, a dict of lists."""
    return tomllib.loads((DATA / f"{name}.toml").read_text())


def picture(filename, title):
    """The drawing as an image of the CMS, made the first time that it is asked for."""
    images = get_image_model().objects
    known = images.filter(title=title).first()
    if known:
        return known
    drawing = ContentFile((DATA / "pictures" / filename).read_bytes(), name=filename)
    return images.create(title=title, file=drawing, description=title)
