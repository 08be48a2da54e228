"""What products are found by."""

from wagtail.search import index

from shop.catalogue.finding.words import plain

# Whose words' endings the index takes off, as `WAGTAILSEARCH_BACKENDS` says too.
LANGUAGE = "english"


class Plain(index.SearchField):
    """A text as a query has it, so that accents, capitals and stops part nobody."""

    def get_value(self, obj):
        value = super().get_value(obj) or ""
        return plain(value if isinstance(value, str) else " ".join(map(str, value)))


PRODUCT_FIELDS = [
    Plain("title", boost=2),
    Plain("upc"),
    Plain("description"),
    index.RelatedFields("categories", [Plain("name")]),
]
