"""What promo codes do to a basket, in whole cents.

Oscar multiplies what one step costs, and gives parts of cents: three quarters
of a kilogram at 3.99 cost 2.99, not 2.9925. These look at the lines' own prices,
ask the database nothing, and take whole cents off each line.
"""

from decimal import ROUND_DOWN, Decimal

from oscar.apps.offer.benefits import AbsoluteDiscountBenefit, PercentageDiscountBenefit
from oscar.apps.offer.benefits import apply_discount as take_off
from oscar.apps.offer.conditions import CountCondition, ValueCondition
from oscar.apps.offer.results import BasketDiscount
from oscar.core.utils import round_half_up_two_dec


class Everything:
    """The range of all products there are."""

    name = "Everything in the shop"

    def contains_product(self, _product):
        return True

    def num_products(self):
        return None


def fitting_lines(offer, basket):
    """The basket's lines that an offer is for, those that cost something."""
    return [
        line
        for line in basket.all_lines()
        if line.product_id in offer.fitting
        and line.product.is_discountable
        and line.line_price_incl_tax
    ]


def fitting_total(offer, basket):
    """What the lines that an offer is for cost, as the shopper reads them."""
    return sum((line.line_price_incl_tax for line in fitting_lines(offer, basket)), Decimal(0))


class SomethingFits(CountCondition):
    """A basket with anything in it that the offer is for."""

    class Meta:
        app_label = "offer"
        proxy = True

    def is_satisfied(self, offer, basket):
        return bool(fitting_lines(offer, basket))


class FromTotal(ValueCondition):
    """A basket whose fitting lines cost a certain amount or more."""

    class Meta:
        app_label = "offer"
        proxy = True

    def is_satisfied(self, offer, basket):
        return fitting_total(offer, basket) >= self.value


class _OffTheOrder:
    """Takes one amount off the fitting lines, each one's part of it by its price.

    What other codes left of the prices is what it counts from. Which codes go
    together is decided before: Oscar would ask for that line by line.
    """

    def apply(self, basket, _condition, offer, **_kwargs):
        lines = fitting_lines(offer, basket)
        prices = [line.line_price_incl_tax_incl_discounts for line in lines]
        amount = self.amount_off(sum(prices, Decimal(0)))
        for line, share in zip(lines, spread(amount, prices), strict=True):
            take_off(line, share, line.quantity)
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
