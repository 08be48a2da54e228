"""Sums as Stripe counts them: whole numbers of a currency's smallest unit, as a rule cents."""

from decimal import Decimal

from shop.payment.gateways.base import CannotCharge

# Without any smaller unit. ISK and UGX have none either, but are counted in hundredths.
WHOLE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA")
    + ("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
# In thousandths, which our prices do not have.
THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
MOST = 99_999_999


def to_minor(amount: Decimal, currency: str) -> int:
    """Raises `CannotCharge` for a sum that cannot be said exactly, or is too large."""
    minor = amount * _units_of(currency) if currency not in THOUSANDTHS else Decimal("NaN")
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 <= minor <= MOST:
        raise CannotCharge(amount, currency)
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    return Decimal(minor) / _units_of(currency.upper())


def _units_of(currency):
    return 1 if currency in WHOLE else 100
