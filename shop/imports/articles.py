"""From many sales of one stock code to one article: which title, which price, how many."""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

WORD = re.compile(r"[\w']+")
SMALL = {"a", "and", "by", "de", "des", "for", "from", "in", "of", "on", "or", "pc", "pcs"}
SMALL |= {"the", "to", "with"}
CAPITALS = {"BBQ", "CD", "DIY", "DVD", "LED", "TV", "UK", "USA", "WC"}


@dataclass(frozen=True, slots=True)
class Article:
    """What the shop will offer under one stock code.

    `price` is in the file's currency, `sold` the pieces that the file sold,
    `lines` where in the file it was read.
    """

    code: str
    title: str
    price: Decimal
    sold: int
    lines: tuple[int, ...]


@dataclass(slots=True)
class Tally:
    """All that a file says about one stock code."""

    titles: Counter = field(default_factory=Counter)
    prices: Counter = field(default_factory=Counter)
    sold: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, sale):
        self.titles[readable(sale.description)] += 1
        self.prices[sale.price] += 1
        self.sold += sale.quantity
        self.lines.append(sale.line)


def articles_of(tallies):
    """One article a stock code, in the order of the file."""
    return [
        Article(
            code,
            title=choose_title(tally.titles),
            price=choose_price(tally.prices),
            sold=tally.sold,
            lines=tuple(tally.lines),
        )
        for code, tally in tallies.items()
    ]


def choose_title(titles):
    """The title on most lines; among equals the one seen first."""
    return titles.most_common(1)[0][0]


def choose_price(prices):
    """The price on most lines, whatever the quantities; among equals the lowest.

    The file's rarer prices are those of large orders and of sales at the door.
    """
    return min(prices, key=lambda price: (-prices[price], price))


def readable(description):
    """A description as one reads it: spaces collapsed, no stray stop, no shouting.

    A word in capitals is written with a capital alone, short joining words
    without one; a word that has a small letter already keeps its own.
    """
    tidy = re.sub(r",(?=\w)", ", ", " ".join(description.split())).strip(" .,;")
    title = WORD.sub(lambda word: _quiet(word.group()), tidy)
    return title[:1].upper() + title[1:]


def _quiet(word):
    if word in CAPITALS or word != word.upper() or word[0].isdigit():
        return word.lower() if word.endswith("'S") else word
    return word.lower() if word.lower() in SMALL else word.capitalize()
