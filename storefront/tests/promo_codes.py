from datetime import timedelta

from django.utils import timezone

from shop.voucher import making


def make_promo_code(code, *, percent, max_uses=None):
    """A promo code that takes a percentage off everything, today."""
    now = timezone.now()
    return making.make_promo_code(
        code,
        f"{percent} % off",
        making.Kind.PERCENT,
        percent,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
        max_uses=max_uses,
    )
