"""What editors put pages together from."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from shop.catalogue.models import Product
from storefront import listing

WRITING = ["h2", "h3", "bold", "italic", "link", "ol", "ul", "hr"]


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


class QuoteBlock(blocks.StructBlock):
    words = blocks.TextBlock(label=_("words"))
    who = blocks.CharBlock(label=_("who said it"), required=False, max_length=120)

    class Meta:
        label = _("Quote")
        icon = "openquote"
        template = "storefront/blocks/quote.html"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("answer"), features=["bold", "italic", "link", "ul"])


class QuestionsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    questions = blocks.ListBlock(QuestionBlock(), label=_("questions"))

    class Meta:
        label = _("Questions and answers")
        icon = "help"
        template = "storefront/blocks/questions.html"


class ShelfBlock(blocks.StructBlock):
    """Products by hand, or the newest ones. What was withdrawn leaves no gap."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    rule = blocks.ChoiceBlock(
        label=_("what stands on it"),
        choices=[("chosen", _("The products below")), ("new", _("The newest products"))],
        default="chosen",
    )
    products = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="storefront.ProductPage"),
        label=_("products"),
        default=[],
        collapsed=True,
    )
    how_many = blocks.IntegerBlock(
        label=_("how many at most"), default=8, min_value=1, max_value=24
    )

    class Meta:
        label = _("Shelf of products")
        icon = "list-ul"
        template = "storefront/blocks/shelf.html"

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        return context | {"cards": self._cards(value, context["request"])}

    def _cards(self, value, request):
        product_pages = self.child_blocks["products"].child_block.target_model.objects
        if value["rule"] == "new":
            # A product has its page at once, and its first location perhaps later.
            offered = Product.objects.on_sale().filter(stockrecords__price__isnull=False)
            newest = product_pages.filter(product__in=offered)
            newest = newest.order_by("-product__date_created", "-pk")
            return listing.cards(newest, request, limit=value["how_many"])
        order = [page.pk for page in value["products"] if page]
        found = listing.cards(product_pages.filter(pk__in=order), request)
        found.sort(key=lambda card: order.index(card.page.pk))
        return found[: value["how_many"]]


STORY = [
    ("text", blocks.RichTextBlock(label=_("Text"), features=WRITING, icon="pilcrow",
                                  template="storefront/blocks/text.html")),
    ("picture", PictureBlock()),
    ("shelf", ShelfBlock()),
    ("quote", QuoteBlock()),
    ("questions", QuestionsBlock()),
]  # fmt: skip


class FeatureBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = blocks.TextBlock(label=_("text"))


class FeaturesBlock(blocks.StructBlock):
    """Two or three good reasons, side by side."""

    features = blocks.ListBlock(FeatureBlock(), label=_("reasons"), max_num=4)

    class Meta:
        label = _("Reasons, side by side")
        icon = "grip"
        template = "storefront/blocks/features.html"


HOME = [*STORY, ("features", FeaturesBlock())]
