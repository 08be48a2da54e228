"""How much customers have paid, less what went back to them."""

from collections import defaultdict

from django.db.models import F, Sum

from shop.payment.models import TAKEN, Payment


def spent_by(customers):
    """By customer's key, pairs of a currency and an amount."""
    keys = [customer.pk for customer in customers]
    taken = Payment.objects.filter(order__user__in=keys, status__in=TAKEN, surplus=False)
    sums = taken.values("order__user", "currency").annotate(spent=Sum(F("amount") - F("refunded")))
    spent = defaultdict(list)
    for row in sums.order_by("currency"):
        spent[row["order__user"]].append((row["currency"], row["spent"]))
    return spent
