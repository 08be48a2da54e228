"""The catalogue import: read, choose, then write batch by batch.

1. Each row is a sale or is left out, with a reason (`sales`).
2. All sales of one stock code make one article (`articles`).
3. For each batch of articles, the difference to the shop is planned (`plan`)
   and written in one transaction (`write`). A batch that fails is rolled back
   alone, and its rows count as left out.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from shop.imports.articles import Tally, articles_of
from shop.imports.plan import Plan, plan_for
from shop.imports.sales import LeftOut, sale_in

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """One batch's outcome; `error` is what rolled it back, or None."""

    articles: list
    plan: Plan
    error: Exception | None = None

    @property
    def lines(self):
        return sorted(line for article in self.articles for line in article.lines)


def read_articles(rows):
    """The articles of a file's rows, the header being the first, and reasons by line."""
    next(rows)
    tallies, reasons = defaultdict(Tally), {}
    for row in rows:
        try:
            sale = sale_in(row)
        except LeftOut as left_out:
            reasons[row.line] = left_out.reason
        else:
            tallies[sale.code].add(sale)
    return articles_of(tallies), reasons


def import_articles(articles, destinations, *, batch_size, write):
    """Bring articles into the shop; yields each `Batch` when it is through.

    `write(plan)` is called in the batch's transaction, `write.carry_out` as a rule.
    """
    for start in range(0, len(articles), batch_size):
        yield _import_batch(articles[start : start + batch_size], destinations, write)


def _import_batch(articles, destinations, write):
    plan = Plan()
    try:
        with transaction.atomic():
            plan = plan_for(articles, destinations)
            if plan:
                write(plan)
    except Exception as error:
        # Whatever went wrong with this batch, the others are none the worse for it.
        logger.exception("a batch of the catalogue import was rolled back")
        return Batch(articles, plan, error)
    return Batch(articles, plan)
