"""Shelves of products: which ones a shopper wants to see, in what order, a page at a time."""

from storefront.listing.cards import Card, cards, category_tiles
from storefront.listing.page import Listing, found, of, suggested

__all__ = ["Card", "Listing", "cards", "category_tiles", "found", "of", "suggested"]
