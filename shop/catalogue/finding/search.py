"""Products that answer to words, best first.

The index ranks a bounded number of candidates: of a word that every tenth product has, the
first thousand are as good as all.
"""

from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db.models import BigIntegerField, F, Func, Value
from django.db.models.functions import Cast
from wagtail.search.models import IndexEntry

from shop.catalogue.finding.fields import LANGUAGE
from shop.catalogue.finding.vocabulary import understand

MOST_CANDIDATES = 1_000
MOST_SUGGESTIONS = 8
TITLE_COUNTS, BODY_COUNTS = 8.0, 1.0
# PostgreSQL divides a rank by 1 + the logarithm of the text's length.
BY_LENGTH = 1
RAW, NO_LANGUAGE = {"search_type": "raw"}, "simple"


@dataclass(frozen=True)
class Found:
    """Products by their ids, best first; `instead` is what they answer to if not to the query."""

    ids: list[int] = field(default_factory=list)
    instead: str = ""

    @property
    def is_cut(self):
        """Whether there may be more than these."""
        return len(self.ids) >= MOST_CANDIDATES


def find(products, query, *, typing=False, most=MOST_CANDIDATES):
    """Which of these products answer to a query.

    A word that the shop does not know is taken for the known ones that are one letter away;
    if nothing has all words together, each word is.
    """
    meanings = understand(query, typing=typing)
    if not meanings:
        return Found()
    ids = _ranked(products, [_exactly(meaning) for meaning in meanings], most)
    if ids:
        return Found(ids, _instead(meanings, mended=False))
    if not any(meaning.guesses for meaning in meanings):
        return Found()
    ids = _ranked(products, [_roughly(meaning) for meaning in meanings], most)
    return Found(ids, _instead(meanings, mended=True) if ids else "")


def search(products, query):
    """These products as a queryset, those that answer to a query, best first."""
    return in_order(products, find(products, query).ids)


def suggest(products, query):
    """The best few, for somebody who is still typing."""
    return in_order(products, find(products, query, typing=True, most=200).ids[:MOST_SUGGESTIONS])


def in_order(products, ids):
    """These of the products, in this order."""
    place = Func(Value(ids), F("pk"), template="array_position(%(expressions)s)")
    return products.filter(pk__in=ids).order_by(place)


def _ranked(products, groups, most):
    query = reduce(and_, groups)
    candidates = _entries(products.model, query).filter(
        product_id__in=products.order_by().values("pk")
    )
    best = candidates.annotate(rank=_rank(query)).values_list("rank", "product_id")[:most]
    ranked = sorted(best, key=lambda row: (-row[0], row[1]))
    return [product_id for _rank, product_id in ranked]


def _entries(model, query):
    """Wagtail's entries that answer, by the index that it has for both texts at once."""
    both = Func("title", "body", template="(%(expressions)s)", arg_joiner=" || ")
    both.output_field = SearchVectorField()
    entries = IndexEntry.objects.alias(both=both).filter(
        content_type=ContentType.objects.get_for_model(model), both=query
    )
    return entries.annotate(product_id=Cast("object_id", BigIntegerField()))


def _rank(query):
    in_title = SearchRank(F("title"), query, normalization=BY_LENGTH)
    in_body = SearchRank(F("body"), query, normalization=BY_LENGTH)
    return TITLE_COUNTS * in_title + BODY_COUNTS * in_body


def _exactly(meaning):
    """A part of a full-text query: the word, or what means the same."""
    if not meaning.is_known and meaning.guesses:
        return _roughly(meaning)
    return _any_of(meaning, meaning.same)


def _roughly(meaning):
    return _any_of(meaning, (*meaning.same, *meaning.guesses))


def _any_of(meaning, others):
    terms = [_phrase(text) for text in (meaning.typed, *others)]
    if meaning.is_beginning:
        # A beginning has no ending to take off: of "chry" it would make the one of "Christmas".
        terms.append(SearchQuery(f"'{meaning.typed.split()[-1]}':*", **RAW, config=NO_LANGUAGE))
    return reduce(or_, terms)


def _phrase(text):
    """Letters and digits only: nothing in it means anything to PostgreSQL."""
    in_a_row = " <-> ".join(f"'{word}'" for word in text.split())
    return SearchQuery(in_a_row, **RAW, config=LANGUAGE)


def _instead(meanings, *, mended):
    """The query as it was taken, or nothing if as typed."""
    taken = [
        m.guesses[0] if m.guesses and (mended or not m.is_known) else m.typed for m in meanings
    ]
    typed = [meaning.typed for meaning in meanings]
    same = all(a.rstrip("s") == b.rstrip("s") for a, b in zip(taken, typed, strict=True))
    return "" if same else " ".join(taken)
