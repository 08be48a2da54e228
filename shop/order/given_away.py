"""What promo codes have cost so far: the discounts of the orders that were paid and stand."""

from collections import defaultdict

from django.db.models import F, Sum

from shop.order.models import Status
from shop.voucher.models import Voucher, VoucherApplication

STAND = (Status.PAID, Status.READY, Status.SHIPPED, Status.COMPLETED)


def given_away(vouchers):
    """The money that each promo code has given away, as {its key: {currency: amount}}."""
    return _sums(vouchers, "voucher")


def given_away_by_set(sets):
    """The same for all codes of a set together, by the set's key."""
    return _sums(Voucher.objects.filter(voucher_set__in=sets), "voucher__voucher_set")


def _sums(vouchers, what):
    taken = VoucherApplication.objects.filter(
        voucher__in=vouchers,
        given_back_at=None,
        order__status__in=STAND,
        # An order may have used another code as well.
        order__discounts__voucher_id=F("voucher_id"),
    )
    rows = (
        taken.order_by()
        .values_list(what, "order__currency")
        .annotate(total=Sum("order__discounts__amount"))
    )
    sums = defaultdict(dict)
    for key, currency, total in rows:
        sums[key][currency] = total
    return sums
