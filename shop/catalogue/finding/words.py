"""Texts as words that can be compared: small letters, without accents and stops."""

import re
from unicodedata import combining, normalize

WORD = re.compile(r"[^\W_]+")
# Letters that no accent comes off of.
PLAIN = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d"})
SHORTEST_TO_MEND = 3
LONGEST = 40


def words(text):
    """The words of a text in their order, as the index and each query has them."""
    letters = normalize("NFKD", text.lower().translate(PLAIN).replace("'", "").replace("’", ""))
    return WORD.findall("".join(letter for letter in letters if not combining(letter)))


def plain(text):
    return " ".join(words(text))


def typos(word):
    """The word, and it without each one of its letters.

    Two words that are one wrong, missing, additional or swapped letter apart have one of
    these in common: a database finds them by equality, however many words there are.
    """
    if not SHORTEST_TO_MEND <= len(word) <= LONGEST or word.isdecimal():
        return {word}
    return {word, *(word[:nth] + word[nth + 1 :] for nth in range(len(word)))}
