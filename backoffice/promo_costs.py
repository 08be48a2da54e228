"""What promo codes have given away, beside each of them: fetched for a page at once."""

from unfold.views import ChangeList

from backoffice.formats import money


def changelist_with(costs_of):
    """A list whose rows know what they gave away; `costs_of(rows)` tells, by key."""

    class CostedChangeList(ChangeList):
        def get_results(self, request):
            super().get_results(request)
            rows = list(self.result_list)
            costs = costs_of([row.pk for row in rows])
            for row in rows:
                row.given_away = costs.get(row.pk, {})
            self.result_list = rows

    return CostedChangeList


def in_words(costs):
    """`€12.40, £3.00`, or a dash."""
    return ", ".join(money(costs[currency], currency) for currency in sorted(costs)) or "–"
