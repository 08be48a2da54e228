"""The words that the shop knows, and what somebody meant who typed others."""

from dataclasses import dataclass, replace
from itertools import pairwise

from django.db import connection, transaction
from django.db.models import Q
from rapidfuzz.distance import OSA, JaroWinkler

from shop.catalogue.finding.models import Synonyms, Word
from shop.catalogue.finding.words import LONGEST, SHORTEST_TO_MEND, typos, words

MOST_WORDS = 8
MOST_GUESSES = 3
# One letter alone begins half of all words.
SHORTEST_BEGINNING = 2
SHORTEST_HALF = 3
AT_ONCE = 5_000
NEW_WORDS = """
SELECT text FROM unnest(%s::text[]) text
WHERE NOT EXISTS (SELECT FROM catalogue_word known WHERE known.text = text.text)
"""


@dataclass(frozen=True)
class Meaning:
    """A word as typed, others that mean the same, and what it may be a typing error for."""

    typed: str
    same: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    is_known: bool = True
    is_beginning: bool = False


def learn(texts):
    """Keep the words of these texts; a word that is known already costs nothing."""
    found = {word for text in texts for word in words(text) if len(word) <= LONGEST}
    # In one order for everybody: two that learn the same words wait in no circle.
    new = _unknown(sorted(word for word in found if not word.isdecimal()))
    rows = [Word(text=word, typos=sorted(typos(word))) for word in new]
    Word.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _unknown(found):
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NEW_WORDS, [found])
        return sorted(text for (text,) in cursor.fetchall())


@transaction.atomic
def teach_synonyms():
    """Let each word know the others of its sets."""
    means = {}
    for synonyms in Synonyms.objects.select_for_update().order_by("pk"):
        for term in synonyms.terms:
            means.setdefault(term, []).extend(other for other in synonyms.terms if other != term)
    Word.objects.exclude(means=[]).exclude(pk__in=means).update(means=[])
    rows = [Word(text=t, typos=sorted(typos(t)), means=means[t]) for t in sorted(means)]
    Word.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["text"], update_fields=["means"]
    )


def understand(query, *, typing=False):
    """What each word of a query means, in one question to the database.

    Whoever is still typing may be in the middle of the last word.
    """
    typed = words(query[:200])[:MOST_WORDS]
    if not typed:
        return []
    known = dict(_looked_up(typed).values_list("text", "means"))
    meanings = _in_turn(typed, known)
    if typing and len(typed[-1]) >= SHORTEST_BEGINNING:
        meanings[-1] = replace(meanings[-1], is_beginning=True)
    return meanings


def _looked_up(typed):
    """All that the vocabulary has for these words: themselves, apart, together, mended."""
    pairs = [(joint.join(pair)) for pair in pairwise(typed) for joint in (" ", "")]
    halves = [half for word in typed for pair in _halves(word) for half in pair]
    near = sorted(set().union(*map(typos, typed)))
    rows = Word.objects.filter(Q(text__in=[*typed, *pairs, *halves]) | Q(typos__overlap=near))
    if len(typed[-1]) < SHORTEST_BEGINNING:
        return rows
    # One word that begins so tells that the last one may be a beginning.
    return rows.union(Word.objects.filter(text__startswith=typed[-1])[:1])


def _halves(word):
    """The ways to write a word as two: birdhouse, bird house."""
    cuts = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
    return [] if word.isdecimal() else [(word[:cut], word[cut:]) for cut in cuts]


def _in_turn(typed, known):
    """Two words that mean something together are one."""
    meanings, rest = [], list(typed)
    while rest:
        pair, joined = " ".join(rest[:2]), "".join(rest[:2])
        same = [*known.get(pair, ()), *([joined] if joined in known else ())]
        if len(rest) > 1 and same:
            meanings.append(Meaning(pair, tuple(same)))
            rest = rest[2:]
        else:
            meanings.append(_meaning(rest.pop(0), known, is_last=not rest))
    return meanings


def _meaning(word, known, *, is_last):
    apart = [" ".join(pair) for pair in _halves(word) if known.keys() >= set(pair)]
    same, guesses = (*known.get(word, ()), *apart), _guesses(word, known)
    if word in known or apart or word.isdecimal():
        return Meaning(word, same, guesses)
    begins = len(word) >= SHORTEST_BEGINNING and any(k.startswith(word) for k in known)
    return Meaning(
        word, same, guesses, is_known=begins and is_last, is_beginning=begins and is_last
    )


def _guesses(word, known):
    """Words that are one letter away, the likeliest first; then what means the same as they."""
    if len(word) < SHORTEST_TO_MEND or word.isdecimal():
        return ()
    near = [k for k in known if k != word and OSA.distance(k, word, score_cutoff=1) == 1]
    # Few people are wrong about the first letter.
    near = [other for other in near if other[0] == word[0]] or near
    near.sort(key=lambda other: (-JaroWinkler.similarity(other, word), other))
    best = near[:MOST_GUESSES]
    return (*best, *(other for word in best for other in known[word]))
