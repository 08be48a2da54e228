"""The pictures of a product: its own one first, then those that editors put beside it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


class ProductPicture(Orderable):
    page = ParentalKey(
        "storefront.ProductPage", on_delete=models.CASCADE, related_name="more_pictures"
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Its description is read to whoever cannot see it."),
    )

    panels = ["image"]

    class Meta(Orderable.Meta):
        verbose_name = _("further picture")
        verbose_name_plural = _("further pictures")


def gallery_of(page):
    """The images, none twice; an empty list for a product without any."""
    more = []
    if getattr(page, "has_more_pictures", True):
        more = [picture.image for picture in page.more_pictures.select_related("image")]
    images = [page.product.image, *more] if page.product.image else more
    return list(dict.fromkeys(images))
