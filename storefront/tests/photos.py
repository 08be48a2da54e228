from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image as Drawing
from wagtail.images import get_image_model


def photo(width=900, height=600):
    file = BytesIO()
    Drawing.new("RGB", (width, height), "teal").save(file, "JPEG")
    return ImageFile(BytesIO(file.getvalue()), name="photo.jpeg")


def make_photo(*size):
    """A picture of the CMS that is no drawing: browsers are offered it at several sizes."""
    return get_image_model().objects.create(title="A photo", file=photo(*size))
