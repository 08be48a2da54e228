"""Shelves of products. What was withdrawn leaves no gap; an empty shelf is not shown."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from shop.catalogue.models import Product
from shop.order.popular import best_sellers
from storefront import listing
from storefront.listing.filters import in_category

CHOSEN, NEW, POPULAR, CATEGORY = "chosen", "new", "popular", "category"


class ShelfBlock(blocks.StructBlock):
    """Products by hand, or by a rule that is asked anew at each visit."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    rule = blocks.ChoiceBlock(
        label=_("what stands on it"),
        choices=[
            (CHOSEN, _("The products below")),
            (NEW, _("The newest products")),
            (POPULAR, _("What is bought most where the visitor collects")),
            (CATEGORY, _("The newest products of a category")),
        ],
        default=CHOSEN,
    )
    category = blocks.PageChooserBlock(
        page_type="storefront.CategoryPage",
        label=_("category"),
        required=False,
        help_text=_("For the newest products of a category."),
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

    def clean(self, value):
        value = super().clean(value)
        if value["rule"] == CATEGORY and value["category"] is None:
            fault = ValidationError(_("Choose the category."))
            raise StructBlockValidationError(block_errors={"category": fault})
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        return context | {"cards": self._cards(value, context["request"])}

    def _cards(self, value, request):
        pages = self.child_blocks["products"].child_block.target_model.objects
        limit = value["how_many"]
        if value["rule"] == NEW:
            return listing.cards(_newest(pages), request, limit=limit)
        if value["rule"] == CATEGORY:
            return listing.cards(_newest(_in_category(pages, value)), request, limit=limit)
        if value["rule"] == POPULAR:
            bought = best_sellers(request.location, limit)
            return in_turn(pages, request, "product_id", bought)
        chosen = [page.pk for page in value["products"] if page]
        return in_turn(pages, request, "pk", chosen)[:limit]


def in_turn(pages, request, field, values):
    """Cards of the pages with these values, in the values' order; two queries, or none."""
    if not values:
        return []
    cards = listing.cards(pages.filter(**{f"{field}__in": values}), request)
    return sorted(cards, key=lambda card: values.index(getattr(card.page, field)))


def _newest(pages):
    # A product has its page at once, and its first location perhaps later.
    offered = Product.objects.on_sale().filter(stockrecords__price__isnull=False)
    return pages.filter(product__in=offered).order_by("-product__date_created", "-pk")


def _in_category(pages, value):
    page = value["category"]
    if page is None or page.is_withdrawn or page.category is None:
        return pages.none()
    return pages.filter(product__in=in_category(page.category))
