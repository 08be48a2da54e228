"""How often what the pages show has changed: the database counts, whoever it is that writes.

Triggers count (see the migration `versions`): no save, bulk update or ledger can pass them by.
What is kept under these numbers is right as long as they are, and needs no other expiry.
"""

from django.db import models
from django.db.models import Sum

SHOP = ""


class Version(models.Model):
    """A part of a count. Stock has its location's code for a scope, all else none."""

    scope = models.CharField(max_length=128, db_index=True)
    count = models.BigIntegerField(default=0)

    def __str__(self):
        return f"{self.scope or 'shop'}: {self.count}"


def versions(request):
    """The count of each scope, read once a request, before anything that it vouches for."""
    if not hasattr(request, "_versions"):
        counted = Version.objects.order_by().values("scope").annotate(sum=Sum("count"))
        request._versions = dict(counted.values_list("scope", "sum"))
    return request._versions


def version_at(request, code):
    """Of what shows to somebody who collects at a location; without one, of everything."""
    counts = versions(request)
    if not code:
        return f"{sum(counts.values())}"
    return f"{counts.get(SHOP, 0)}.{counts.get(code, 0)}"
