"""Making promo codes: one call writes the voucher and Oscar's offer that does its work."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.offer.promo import Everything
from shop.voucher.models import Voucher


class Kind(models.TextChoices):
    PERCENT = "percent", gettext_lazy("percent off")
    FIXED = "fixed", gettext_lazy("an amount off")


PROMO = "shop.offer.promo"
BENEFITS = {Kind.PERCENT: Benefit.PERCENTAGE, Kind.FIXED: Benefit.FIXED}
WORKERS = {Kind.PERCENT: f"{PROMO}.PercentOff", Kind.FIXED: f"{PROMO}.AmountOff"}
KINDS = {benefit: kind for kind, benefit in BENEFITS.items()}


@dataclass(frozen=True)
class Terms:
    """What a promo code gives, and from which total on. Amounts are in the code's currency."""

    kind: Kind
    value: Decimal
    min_total: Decimal | None = None

    def __str__(self):
        gift = _("%(value)s %% off") if self.kind == Kind.PERCENT else _("%(value)s off")
        gift %= {"value": _plain(self.value)}
        if self.min_total is None:
            return _("%(gift)s any order") % {"gift": gift}
        return _("%(gift)s orders of %(total)s or more") % {
            "gift": gift,
            "total": _plain(self.min_total),
        }


def _plain(amount):
    return f"{amount:.2f}".removesuffix(".00")


def make_promo_code(
    code: str,
    name: str,
    kind: Kind | str,
    value: Decimal,
    *,
    starts_at: datetime,
    ends_at: datetime,
    max_uses: int | None = None,
    min_total: Decimal | None = None,
    currency: str = "",
) -> Voucher:
    """Make a promo code that takes a percentage or an amount off an order, once an order.

    With a currency its amounts are in that, and orders in another are refused.
    """
    voucher = Voucher(
        code=code,
        name=name,
        start_datetime=starts_at,
        end_datetime=ends_at,
        max_uses=max_uses,
        currency=currency,
    )
    write(voucher, Terms(Kind(kind), Decimal(value), min_total))
    return voucher


@transaction.atomic
def write(voucher, terms):
    """Save a promo code, new or changed, with an offer of these terms.

    A changed one keeps its count of uses, which orders move at any moment.
    """
    counted = {"num_orders", "num_basket_additions", "total_discount"}
    fields = [f.name for f in Voucher._meta.concrete_fields if not f.primary_key]
    voucher.save(update_fields=voucher.pk and [f for f in fields if f not in counted])
    _write_offer(voucher, terms)


def terms_of(voucher):
    """A promo code's terms, or None for an offer that was not made here."""
    offer = next(iter(voucher.offers.all()), None)
    if offer is None or offer.benefit.type not in KINDS:
        return None
    asks_for_total = offer.condition.type == Condition.VALUE
    return Terms(
        KINDS[offer.benefit.type],
        offer.benefit.value,
        offer.condition.value if asks_for_total else None,
    )


def _write_offer(voucher, terms):
    offer = voucher.offers.select_related("benefit", "condition").first() or ConditionalOffer()
    offer.benefit = _benefit(terms, offer.benefit_id)
    offer.condition = _condition(terms, offer.condition_id)
    offer.name = voucher.name
    offer.offer_type = ConditionalOffer.VOUCHER
    offer.max_basket_applications = 1
    offer.save()
    voucher.offers.add(offer)


def _benefit(terms, pk):
    benefit = Benefit(
        pk=pk,
        range=_everything(),
        type=BENEFITS[terms.kind],
        value=terms.value,
        proxy_class=WORKERS[terms.kind],
    )
    benefit.save()
    return benefit


def _condition(terms, pk):
    condition = Condition(pk=pk, range=_everything(), type=Condition.COUNT, value=1)
    if terms.min_total is not None:
        condition.type, condition.value = Condition.VALUE, terms.min_total
        condition.proxy_class = f"{PROMO}.FromTotal"
    condition.save()
    return condition


def _everything():
    everything, _created = Range.objects.get_or_create(
        name=Everything.name,
        defaults={"includes_all_products": True, "proxy_class": f"{PROMO}.Everything"},
    )
    return everything
