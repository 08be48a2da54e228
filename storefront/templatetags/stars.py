"""Stars as they are drawn: whole ones, and a half where the average lies between two."""

from django import template

from shop.catalogue.reviews.writing import MOST_STARS

register = template.Library()


@register.inclusion_tag("storefront/parts/stars.html")
def stars(score):
    halves = round(score * 2)
    kinds = [("none", "half", "full")[max(0, min(2, halves - 2 * n))] for n in range(MOST_STARS)]
    return {"kinds": kinds, "score": score, "most": MOST_STARS}
