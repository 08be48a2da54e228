"""Where a picture is, at each size that pages show it at.

An address is signed, and made without a look at the database. The picture is drawn at that
size when somebody first asks for it, never while a page waits.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse
from wagtail.images.utils import generate_signature


@dataclass(frozen=True)
class Shape:
    """A frame for pictures: how wide they are drawn, and how much room pages give them."""

    widths: tuple[int, ...]
    room: str
    ratio: Fraction | None = Fraction(4, 3)

    def spec(self, width, form):
        if self.ratio is None:
            return f"width-{width}|format-{form}"
        return f"fill-{width}x{round(width / self.ratio)}|format-{form}"

    def size(self, image):
        """Width and height, for the frame to be there before the picture."""
        if self.ratio is None and image:
            return image.width, image.height
        return self.widths[-1], round(self.widths[-1] / (self.ratio or Fraction(4, 3)))

    def widths_of(self, image):
        """None is wider than the picture itself: that would weigh more and show no more."""
        return [width for width in self.widths if width <= image.width] or self.widths[:1]


SHAPES = {
    "card": Shape((240, 400, 560), "(min-width: 80rem) 18rem, (min-width: 51.25rem) 30vw, 46vw"),
    "line": Shape((120, 240), "6rem"),
    "page": Shape((480, 800, 1200), "(min-width: 51.25rem) 42rem, 94vw"),
    "story": Shape((480, 800, 1200), "(min-width: 51.25rem) 48rem, 94vw", ratio=None),
}


def address(image, spec):
    """Where the picture is at this size; elsewhere once its file or its focus is another."""
    signature = generate_signature(image.pk, spec)
    return f"{_way(get_script_prefix())}{signature}/{image.pk}/{quote(spec)}/{_version(image)}"


def srcset(image, shape, form):
    widths = shape.widths_of(image)
    return ", ".join(f"{address(image, shape.spec(width, form))} {width}w" for width in widths)


def _version(image):
    focus = (image.focal_point_x, image.focal_point_y, image.focal_point_width)
    said = (str(part) for part in focus if part is not None)
    return "-".join([image.file_hash[:10] or "0", *said])


@cache
def _way(script_prefix):
    return reverse("picture", args=["0", 0, "0", "0"]).removesuffix("0/0/0/0")
