"""An order's rows, written as things are: what changes later does not change them."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from shop.codes import random_code
from shop.locations.hours import ready_at
from shop.order.models import Line, Order, OrderDiscount

NUMBER_LENGTH = 10


def write_order(basket, user, shipping):
    """Write a priced basket's order with its lines, its discounts and its shipping."""
    now = timezone.now()
    location = basket.location
    lines = [_line(line) for line in basket.all_lines()]
    order = Order.objects.create(
        number=random_code(NUMBER_LENGTH),
        basket=basket,
        user=user,
        fulfilment=shipping.fulfilment,
        delivery_country=shipping.country,
        shipping_code=shipping.code,
        shipping_method=shipping.name,
        shipping_incl_tax=shipping.incl_tax,
        shipping_excl_tax=shipping.excl_tax,
        location=location,
        location_name=location.name,
        location_address=location.address,
        currency=location.currency,
        total_incl_tax=sum(line.line_price_incl_tax for line in lines) + shipping.incl_tax,
        total_excl_tax=sum(line.line_price_excl_tax for line in lines) + shipping.excl_tax,
        date_placed=now,
        promised_at=ready_at(location, now),
        # By the database's clock, which ends it too: those of several machines differ.
        expires_at=Now() + timedelta(minutes=settings.RESERVATION_MINUTES),
    )
    # Read when somebody asks for it: at checkout nobody does.
    del order.expires_at
    for line in lines:
        line.order = order
    Line.objects.bulk_create(lines)
    OrderDiscount.objects.bulk_create(_discounts(order, basket))
    return order


def _line(line):
    record, product = line.stockrecord, line.product
    return Line(
        partner_id=record.partner_id,
        partner_name=record.partner.name,
        partner_sku=record.partner_sku,
        stockrecord=record,
        product=product,
        title=product.title,
        upc=product.upc,
        quantity=line.quantity,
        unit=product.unit,
        step=product.step,
        vat_rate=record.partner.vat_rate,
        unit_price_incl_tax=record.price,
        unit_price_excl_tax=record.price / (1 + record.partner.vat_rate),
        line_price_incl_tax=line.line_price_incl_tax_incl_discounts,
        line_price_excl_tax=line.line_price_excl_tax_incl_discounts,
        line_price_before_discounts_incl_tax=line.line_price_incl_tax,
        line_price_before_discounts_excl_tax=line.line_price_excl_tax,
        num_allocated=line.quantity,
    )


def _discounts(order, basket):
    return [
        OrderDiscount(
            order=order,
            offer_id=discount["offer"].pk,
            offer_name=discount["name"],
            voucher_id=discount["voucher"].pk,
            voucher_code=discount["voucher"].code,
            frequency=discount["freq"],
            amount=discount["discount"],
        )
        for discount in basket.offer_applications.voucher_discounts
    ]
