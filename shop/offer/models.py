from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.abstract_models import AbstractConditionalOffer


class ConditionalOffer(AbstractConditionalOffer):
    """What a promo code gives; an exclusive one is never used beside another.

    The codes of a set share one.
    """

    locations = models.ManyToManyField(
        "locations.Location",
        verbose_name=_("locations"),
        blank=True,
        related_name="offers",
        help_text=_("Where it can be used; none for everywhere."),
    )
    # The keys of a basket's products that it is for: `shop.basket.codes` finds them
    # for all lines at once, where Oscar would ask the database for each.
    fitting = frozenset()


from oscar.apps.offer.models import *  # noqa: E402, F403

from shop.offer.promo import AmountOff, FromTotal, PercentOff, SomethingFits  # noqa: E402, F401
