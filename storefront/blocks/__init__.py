"""What editors put pages together from."""

from storefront.blocks.pictures import GalleryBlock, HeroBlock, PictureBlock
from storefront.blocks.places import LocationCardBlock, OpeningHoursBlock
from storefront.blocks.recipes import RecipeBlock
from storefront.blocks.shelves import ShelfBlock
from storefront.blocks.words import (
    FeaturesBlock,
    PromoBlock,
    QuestionsBlock,
    QuoteBlock,
    text_block,
)

STORY = [
    ("text", text_block()),
    ("picture", PictureBlock()),
    ("gallery", GalleryBlock()),
    ("hero", HeroBlock()),
    ("shelf", ShelfBlock()),
    ("recipe", RecipeBlock()),
    ("promo", PromoBlock()),
    ("location", LocationCardBlock()),
    ("hours", OpeningHoursBlock()),
    ("quote", QuoteBlock()),
    ("questions", QuestionsBlock()),
]
HOME = [*STORY, ("features", FeaturesBlock())]
# What these show changes with the time.
TIMELY = {"promo", "location", "hours"}
