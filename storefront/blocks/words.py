"""What is told in words: quotes, questions, reasons, and what is on for a while."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

WRITING = ["h2", "h3", "bold", "italic", "link", "ol", "ul", "hr"]


def text_block():
    # Of Wagtail's own kind, and not one derived from it: migrations would name that.
    return blocks.RichTextBlock(
        label=_("Text"),
        features=WRITING,
        icon="pilcrow",
        template="storefront/blocks/text.html",
    )


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


class WayBlock(blocks.StructBlock):
    """A button that leads to one of our pages; none where the page is gone or not shown."""

    page = blocks.PageChooserBlock(label=_("page"), required=False)
    words = blocks.CharBlock(
        label=_("words on the button"),
        required=False,
        max_length=40,
        help_text=_("Empty: the page's title."),
    )

    class Meta:
        label = _("Button")
        icon = "link"
        template = "storefront/blocks/way.html"


class PromoBlock(blocks.StructBlock):
    """Shown between two moments, and in the preview always."""

    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    text = blocks.TextBlock(label=_("text"), required=False, max_length=400)
    code = blocks.CharBlock(
        label=_("promo code"),
        required=False,
        max_length=64,
        help_text=_("Shown as it is typed here. That it works is set up in the back office."),
    )
    way = WayBlock(label=_("button"))
    starts_at = blocks.DateTimeBlock(label=_("shown from"), required=False)
    ends_at = blocks.DateTimeBlock(label=_("shown until"), required=False)

    class Meta:
        label = _("Promo banner")
        icon = "tag"
        template = "storefront/blocks/promo.html"

    def clean(self, value):
        value = super().clean(value)
        starts, ends = value["starts_at"], value["ends_at"]
        if starts and ends and starts >= ends:
            fault = ValidationError(_("It ends before it begins."))
            raise StructBlockValidationError(block_errors={"ends_at": fault})
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        is_preview = getattr(context.get("request"), "is_preview", False)
        is_on = _is_on(value, timezone.now())
        return context | {"is_shown": is_on or is_preview, "is_on": is_on}


def _is_on(promo, now):
    starts, ends = promo["starts_at"], promo["ends_at"]
    return not (starts and now < starts) and not (ends and now >= ends)
