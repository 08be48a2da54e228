"""The picture of a pickup code. It holds the token, so it lies in private storage."""

import io
import secrets

import segno
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse

from shop.pickup.codes import token_of
from shop.pickup.models import PickupCode

LOOKS = {"scale": 8, "border": 4, "dark": "#16202e", "light": "#ffffff"}


def address_of(code):
    """What the QR code says: the counter's page, so that any phone's camera opens it."""
    return settings.SITE_URL.rstrip("/") + reverse("pickup_counter") + f"?code={token_of(code)}"


def draw(code):
    """Draw a code's QR picture as SVG and keep it, once."""
    if code.qr:
        return
    name = code.qr.field.generate_filename(code, f"{secrets.token_urlsafe(16)}.svg")
    name = code.qr.storage.save(name, ContentFile(picture(code, "svg")))
    # Two workers may draw at once: the picture of the second one is thrown away.
    if not PickupCode.objects.filter(pk=code.pk, qr="").update(qr=name):
        code.qr.storage.delete(name)
    code.refresh_from_db(fields=["qr"])


def picture(code, kind):
    """The same picture as `svg` or, for a mail, which many programs show no SVG in, `png`."""
    drawn = io.BytesIO()
    _qr(code).save(drawn, kind=kind, **LOOKS)
    return drawn.getvalue()


def as_data_uri(code):
    """The same picture within a page, which then shows and prints it without a network."""
    return _qr(code).svg_data_uri(**LOOKS)


def _qr(code):
    return segno.make(address_of(code), error="m")
