"""A recipe, whose ingredients go into the basket together."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from shop.catalogue.units import NotAStep, plain
from storefront.blocks.shelves import in_turn
from storefront.listing import Card


class IngredientBlock(blocks.StructBlock):
    words = blocks.CharBlock(
        label=_("as the recipe says it"),
        max_length=120,
        help_text=_("For example “300 g of mushrooms, sliced”."),
    )
    product = blocks.PageChooserBlock(
        page_type="storefront.ProductPage",
        label=_("product"),
        required=False,
        help_text=_("Empty for what everybody has at home."),
    )
    quantity = blocks.DecimalBlock(
        label=_("how much goes into the basket"),
        required=False,
        min_value=0,
        help_text=_("In the product's unit. Empty: the least that it is sold in."),
    )

    class Meta:
        label = _("Ingredient")

    def clean(self, value):
        value = super().clean(value)
        page, quantity = value["product"], value["quantity"]
        if page and page.product and quantity is not None:
            _check(page.product, quantity)
        return value


class RecipeBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    serves = blocks.CharBlock(
        label=_("for how many"), required=False, max_length=60, help_text=_("“Serves four”.")
    )
    ingredients = blocks.ListBlock(IngredientBlock(), label=_("ingredients"))
    steps = blocks.RichTextBlock(
        label=_("what to do"), required=False, features=["ol", "bold", "italic", "link"]
    )

    class Meta:
        label = _("Recipe")
        icon = "list-ol"
        template = "storefront/blocks/recipe.html"

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        ingredients = _ingredients(value["ingredients"], context["request"])
        return context | {
            "ingredients": ingredients,
            "can_be_bought": any(i.can_be_bought for i in ingredients),
            # Two recipes on a page have fields of the same kind.
            "anchor": f"recipe-{slugify(value['heading'], allow_unicode=True)}",
        }


@dataclass(frozen=True)
class Ingredient:
    """`card` is None for what is not sold here, or not any more: then it is words alone."""

    words: str
    card: Card | None
    quantity: str

    @property
    def can_be_bought(self):
        card = self.card
        return card is not None and (card.offer is None or card.offer.can_be_bought)


def _ingredients(rows, request):
    pages = [row["product"] for row in rows if row["product"]]
    found = in_turn(type(pages[0]).objects, request, "pk", [p.pk for p in pages]) if pages else []
    cards = {card.page.pk: card for card in found}
    return [_ingredient(row, cards) for row in rows]


def _ingredient(row, cards):
    card = row["product"] and cards.get(row["product"].pk)
    if not card:
        return Ingredient(row["words"], None, "")
    return Ingredient(row["words"], card, plain(row["quantity"] or card.product.step))


def _check(product, quantity):
    try:
        product.steps(quantity)
    except NotAStep as fault:
        faults = {"quantity": ValidationError(str(fault))}
        raise StructBlockValidationError(block_errors=faults) from fault
