from oscar.apps.offer.models import *  # noqa: F403

from shop.offer.promo import AmountOff, FromTotal, PercentOff  # noqa: F401
