"""Where else something can be had that a location lacks."""

from collections import defaultdict

from django.db.models import F, Q

from shop.basket.contents import offered_anywhere

NAMED = 2


def where_else(wanted, location):
    """By product's key, the locations that have as many steps as are wanted there.

    `wanted` is a dict of steps by product's key. Those in the same country come first, and no
    more than a few; one query, and none where nothing is wanted.
    """
    if not wanted:
        return {}
    enough = Q()
    for product_id, steps in wanted.items():
        enough |= Q(product=product_id, num_in_stock__gte=F("num_allocated") + steps)
    records = offered_anywhere().filter(enough, partner__location__is_active=True)
    records = records.exclude(partner_id=location.pk).select_related("partner__location")
    found = defaultdict(list)
    for record in records:
        found[record.product_id].append(record.partner.location)
    return {product_id: _nearest(places, location) for product_id, places in found.items()}


def _nearest(places, location):
    return sorted(
        places, key=lambda p: (p.country != location.country, p.city != location.city, p.name)
    )[:NAMED]
