"""What is shown in pictures. Each says what it shows, for those who do not see it."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from storefront.blocks.words import WayBlock


class PictureBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("picture"))
    alt_text = blocks.CharBlock(
        label=_("what it shows"),
        max_length=200,
        help_text=_("Read aloud to those who do not see it."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    class Meta:
        label = _("Picture")
        icon = "image"
        template = "storefront/blocks/picture.html"


class GalleryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    pictures = blocks.ListBlock(PictureBlock(), label=_("pictures"), min_num=2, max_num=24)

    class Meta:
        label = _("Gallery")
        icon = "image"
        template = "storefront/blocks/gallery.html"


class HeroBlock(blocks.StructBlock):
    """A wide band: words on solid colour, a picture beside them."""

    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    text = blocks.TextBlock(label=_("text"), required=False, max_length=400)
    picture = ImageChooserBlock(label=_("picture"), required=False)
    alt_text = blocks.CharBlock(
        label=_("what it shows"),
        required=False,
        max_length=200,
        help_text=_("Empty for a picture that only decorates."),
    )
    way = WayBlock(label=_("button"))

    class Meta:
        label = _("Hero")
        icon = "desktop"
        template = "storefront/blocks/hero.html"
