"""The smallest shop that a test can buy something from."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from itertools import count

from django.contrib.auth.models import Group
from django.utils import timezone

from shop.basket import contents
from shop.basket.models import Basket
from shop.catalogue.models import Category, Product, ProductClass
from shop.checkout.fulfilment import Delivery
from shop.checkout.place_order import ContactDetails, PaymentChoice, place_order
from shop.contacts.address import Address
from shop.customer.models import User
from shop.inventory import stock
from shop.locations.models import Location, OpeningHours
from shop.partner.models import StockRecord
from shop.shipping.models import DeliveryRate
from shop.voucher.making import Kind, make_promo_code

_number = count(1)

CONTACT = ContactDetails(
    name="Zebulon Quist", email="zebulon@quist.example", phone="+44 20 7946 0123"
)
ADDRESS = Address(
    line1="7 Quillon Steps", line2="Second bell", postcode="1100-042", city="Lisboa", country="PT"
)
AT_HOME = replace(CONTACT, address=ADDRESS)
GOOD_CARD = PaymentChoice(method="simulated", token="sim_ok")
BAD_CARD = PaymentChoice(method="simulated", token="sim_declined")


def make_location(**values):
    values = {
        "name": f"Magpie {next(_number)}",
        "country": "PT",
        "city": "Lisbon",
        "street": "1 Test Street",
        "currency": "EUR",
        "vat_rate": Decimal("0.23"),
        "timezone": "Europe/Lisbon",
    } | values
    location = Location.objects.create(**values)
    OpeningHours.objects.bulk_create(
        OpeningHours(location=location, weekday=day, opens=time(8), closes=time(20))
        for day in range(7)
    )
    return location


def make_product(**values):
    number = next(_number)
    product_class, _created = ProductClass.objects.get_or_create(name="Goods")
    values = {
        "upc": f"SKU-{number}",
        "title": f"Product {number}",
        "slug": f"product-{number}",
        "product_class": product_class,
    } | values
    return Product.objects.create(**values)


def make_category(name, parent=None):
    return parent.add_child(name=name) if parent else Category.add_root(name=name)


def offer(product, location, price="2.50", in_stock=10, **values):
    """Offer a product at a location, with stock received there. Returns the stock record."""
    record = StockRecord.objects.create(
        product=product,
        partner=location.partner_ptr,
        partner_sku=product.upc,
        price=Decimal(price),
        price_currency=location.currency,
        **values,
    )
    if in_stock:
        stock.receive([(record.pk, in_stock)], reason="first delivery")
        record.refresh_from_db()
    return record


def make_user(role=None, locations=(), **values):
    """An account; with a role's name, a member of its group and of the staff."""
    number = next(_number)
    values = {"username": f"user{number}", "email": f"user{number}@magpie.example"} | values
    user = User.objects.create_user(password="a-good-password", is_staff=bool(role), **values)
    if role:
        user.groups.add(Group.objects.get(name=role))
    for location in locations:
        location.users.add(user)
    return user


def make_basket(location, *goods, user=None):
    """A basket of (product, steps) pairs."""
    basket = Basket(owner=user, location=location)
    for product, steps in goods:
        contents.add(basket, product, steps)
    return Basket.objects.select_related("location").get(pk=basket.pk)


def make_order(location, *goods, user=None, payment=GOOD_CARD, contact=CONTACT, **values):
    basket = make_basket(location, *goods, user=user)
    return place_order(basket, contact, payment, user=user, **values)


def make_code(code="TEN", percent=10, **values):
    """A promo code that is valid now."""
    now = timezone.now()
    dates = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1)}
    return make_promo_code(
        code, f"A gift: {code}", Kind.PERCENT, Decimal(percent), **dates | values
    )


def deliver_from(location, price="4.90", **values):
    """Let a location deliver, to Portugal at a flat rate unless told otherwise."""
    location.delivers = True
    location.save(update_fields=["delivers"])
    values = {"country": "PT", "price": Decimal(price)} | values
    return DeliveryRate.objects.create(location=location, **values)


def make_delivery(location, *goods, **values):
    """An order to be sent, from a location that delivers."""
    return make_order(location, *goods, contact=AT_HOME, fulfilment=Delivery("standard"), **values)
