"""Promo codes, and orders that were taken as far as each status lies from the basket."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from shop.basket import contents, discounts
from shop.basket.models import Basket
from shop.checkout.fulfilment import PICKUP, Delivery
from shop.checkout.place_order import ContactDetails, PaymentChoice, place_order
from shop.contacts.address import Address
from shop.demo.reading import read
from shop.order import lifecycle
from shop.partner.models import StockRecord
from shop.payment import refund_settlement, settlement
from shop.payment.cancellation import cancel_order
from shop.payment.models import Refund
from shop.pickup import codes, counter
from shop.voucher.making import make_promo_code

# Whom nobody in the back office gets to see.
NAMES = ["Inês Vidal", "Tomasz Lis", "Maja Ek", "Owen Pryce", "Nuria Bosch", "Reto Frei"]
HOME = Address(line1="Travessa do Pátio Velho 3", postcode="1100-999", city="Lisboa", country="PT")
ORDERS = {
    "paid": 7,
    "ready": 4,
    "completed": 6,
    "shipped": 1,
    "cancelled": 2,
    "refunded": 1,
    "pending": 1,
}
SAVERS, SAVERS_CODE = (2, 12), "TWOFORJOY"
TOKENS = {"cancelled": "sim_declined", "pending": "sim_requires_action"}


def print_promo_codes():
    rows = read("promo_codes")["promo_code"]
    for row in rows:
        make_promo_code(
            row["code"],
            row["name"],
            row["kind"],
            Decimal(row["value"]),
            starts_at=_day(row.get("starts"), timezone.now() - timedelta(days=1)),
            ends_at=_day(row.get("ends"), timezone.now() + timedelta(days=365)),
            max_uses=row.get("max_uses"),
            min_total=Decimal(row["min_total"]) if "min_total" in row else None,
            currency=row.get("currency", ""),
        )
    return len(rows)


def _day(text, otherwise):
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else otherwise


def take_orders(locations, people):
    """Orders in each status, the same ones every time; returns how many."""
    dice = random.Random(7)  # noqa: S311 - the demo looks alike on every machine
    wanted = [status for status, number in ORDERS.items() for _ in range(number)]
    for number, status in enumerate(wanted):
        # The first location is where the counter's person works: half are for there.
        location = locations[0] if number % 2 == 0 else locations[number % len(locations)]
        # Only some deliver, and what was sent came from one of those.
        if status == "shipped":
            location = next(location for location in locations if location.delivers)
        shopper = people["shopper"] if number % 5 == 0 else None
        basket = _basket(location, shopper, dice)
        if number in SAVERS:
            discounts.add_code(basket, SAVERS_CODE)
        order = _order(basket, TOKENS.get(status, "sim_ok"), dice, sent=status == "shipped")
        _take_to(status, order, people["admin"])
    return len(wanted)


def _basket(location, user, dice):
    basket = Basket(owner=user, location=location)
    records = StockRecord.objects.filter(partner_id=location.pk, num_in_stock__gte=8)
    for record in dice.sample(list(records.select_related("product")), dice.randint(2, 5)):
        contents.add(basket, record.product, dice.randint(1, 3))
    return basket


def _order(basket, token, dice, *, sent):
    name, user = dice.choice(NAMES), basket.owner
    email = user.email if user else f"{name.split()[0].lower()}@shopper.example"
    contact = ContactDetails(name=name, email=email, address=HOME if sent else None)
    fulfilment = Delivery("standard") if sent else PICKUP
    payment = PaymentChoice("simulated", token)
    return place_order(basket, contact, payment, user=user, fulfilment=fulfilment)


def _take_to(status, order, admin):
    settlement.collect(order.payments.get())
    order.refresh_from_db()
    if status in ("ready", "completed"):
        lifecycle.mark_ready(order, actor=admin)
    if status == "shipped":
        lifecycle.ship(order, actor=admin, carrier="CTT", tracking_number="DA 301 774 902 PT")
    if status == "completed":
        code = order.pickup_codes.get()
        counter.hand_over(codes.token_of(code), actor=admin)
    if status == "refunded":
        cancel_order(order, actor=admin, reason="The shopper changed their mind.")
        refund_settlement.send(Refund.objects.get(payment__order=order))
