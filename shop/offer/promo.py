"""What promo codes do to a basket, in whole cents.

Oscar multiplies what one step costs, and gives parts of cents: three quarters
of a kilogram at 3.99 cost 2.99, not 2.9925. These look at the lines' own prices,
ask the database nothing, and take whole cents off each line.
"""

from decimal import ROUND_DOWN, Decimal

from oscar.apps.offer.benefits import AbsoluteDiscountBenefit, PercentageDiscountBenefit
from oscar.apps.offer.benefits import apply_discount as take_off
from oscar.apps.offer.conditions import ValueCondition
from oscar.apps.offer.results import BasketDiscount
from oscar.core.utils import round_half_up_two_dec


class Everything:
    """The range of all products there are."""

    name = "Everything in the shop"

    def contains_product(self, _product):
        return True

    def num_products(self):
        return None


class FromTotal(ValueCondition):
    """A basket that costs a certain amount or more, as the shopper reads its lines."""

    class Meta:
        app_label = "offer"
        proxy = True

    def is_satisfied(self, _offer, basket):
        lines = (line for line in basket.all_lines() if self.can_apply_condition(line))
        return sum(line.line_price_incl_tax or 0 for line in lines) >= self.value


class _OffTheOrder:
    """Takes one amount off the order, each line's part of it by its price."""

    def apply(self, basket, _condition, offer, **_kwargs):
        lines = [
            line
            for _price, line in self.get_applicable_lines(offer, basket)
            if line.quantity_without_offer_discount(offer) == line.quantity
        ]
        prices = [line.line_price_incl_tax for line in lines]
        amount = self.amount_off(sum(prices, Decimal(0)))
        for line, share in zip(lines, spread(amount, prices), strict=True):
            take_off(line, share, line.quantity, offer)
        return BasketDiscount(amount)


class PercentOff(_OffTheOrder, PercentageDiscountBenefit):
    class Meta:
        app_label = "offer"
        proxy = True

    def amount_off(self, total):
        return round_half_up_two_dec(total * self.value / 100)


class AmountOff(_OffTheOrder, AbsoluteDiscountBenefit):
    class Meta:
        app_label = "offer"
        proxy = True

    def amount_off(self, total):
        return min(self.value, total)


def spread(amount, prices):
    """Parts of an amount by price, in whole cents; none is more than its price.

    What is given up to each price is rounded, not each part, so they add up.
    """
    if not amount:
        return [Decimal(0) for _price in prices]
    total, before, given = sum(prices), Decimal(0), Decimal(0)
    shares = []
    for price in prices:
        before += price
        upto = (amount * before / total).quantize(Decimal("0.01"), ROUND_DOWN)
        shares.append(upto - given)
        given = upto
    return shares
