"""From a basket to an order: the one way in, for every face."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.basket.discounts import applied_codes, apply_discounts
from shop.basket.models import Basket
from shop.checkout import snapshot
from shop.checkout.fulfilment import PICKUP, Delivery, Pickup
from shop.contacts.address import Address
from shop.contacts.models import Contact
from shop.inventory import stock
from shop.order.models import Order
from shop.order.statuses import record
from shop.payment.starting import PaymentChoice, check_choice, start_payment
from shop.shipping.rates import CannotDeliver
from shop.voucher import promo_codes
from shop.voucher.promo_codes import PromoCodeRefused

# What the largest sum is that an order's columns hold.
LARGEST_TOTAL = Decimal("9999999999.99")


# Error reports print the locals of whatever failed: this prints nothing.
@dataclass(frozen=True, repr=False)
class ContactDetails:
    name: str
    email: str
    phone: str = ""
    address: Address | None = None


class CannotOrder(Exception):
    """A basket that cannot become an order as it is; `str()` says why, to the shopper."""


class BasketEmpty(CannotOrder):
    def __init__(self):
        super().__init__(_("Your basket is empty."))


class BasketChanged(CannotOrder):
    def __init__(self):
        super().__init__(_("Your basket has changed meanwhile. Look it over and order again."))


class TooMuchAtOnce(CannotOrder):
    def __init__(self):
        super().__init__(_("This is more than one order can hold. Order it in parts."))


class LinesRefused(CannotOrder):
    """Lines that cannot be had; `refusals` maps each basket line to its reason."""

    def __init__(self, refusals):
        self.refusals = refusals
        reasons = (f"{line.product.title}: {reason}" for line, reason in refusals.items())
        super().__init__(" ".join(reasons))


def place_order(
    basket,
    contact: ContactDetails,
    payment: PaymentChoice,
    *,
    user=None,
    agreed_total=None,
    fulfilment: Pickup | Delivery = PICKUP,
    note=None,
):
    """Make a basket an order: prices first, then snapshot and reserve in one short transaction.

    No network is touched: a worker collects the payment, once `payment_started`
    has told it to. Submitting a basket twice gives the first order again. With
    `agreed_total`, what the shopper was shown, nothing else is charged. A delivery
    goes to the contact's address. `note` writes down what the caller has to about the new
    order, in its transaction and before stock is locked.

    Raises `CannotOrder`, `CannotDeliver`, `PromoCodeRefused`, and `PaymentRefused` for a
    way of paying, a sum or a currency that its gateway would refuse; then nothing has changed.
    """
    check_choice(payment)
    try:
        code_refusals = _price(basket)
        shipping = fulfilment.shipping(basket, contact)
        total = basket.total_incl_tax + shipping.incl_tax
        _check_agreed(total, agreed_total, code_refusals)
        return _order(basket, contact, payment, user, shipping, note)
    except (CannotOrder, CannotDeliver, PromoCodeRefused):
        # Another request may have ordered the basket while this one looked it over.
        order = order_of(basket)
        if order is None:
            raise
        return order


def order_of(basket):
    """The order that a basket has become, or None."""
    return Order.objects.filter(basket_id=basket.pk).first() if basket.pk else None


def _price(basket):
    """Work out what a basket costs; returns the refusals of promo codes that give nothing."""
    if basket.status != Basket.OPEN:
        raise BasketChanged
    basket.reset_offer_applications()
    if not basket.all_lines():
        raise BasketEmpty
    refusals = {line: line.refusal for line in basket.all_lines() if line.refusal}
    if refusals:
        raise LinesRefused(refusals)
    return apply_discounts(basket)


def _check_agreed(total, agreed_total, code_refusals):
    """A code that gives nothing is no obstacle if it was shown to give nothing."""
    if total > LARGEST_TOTAL:
        raise TooMuchAtOnce
    if total == agreed_total:
        return
    if code_refusals:
        raise code_refusals[0]
    if agreed_total is not None:
        raise BasketChanged


def _order(basket, contact, payment, user, shipping, note):
    try:
        with transaction.atomic():
            _claim(basket)
            order = snapshot.write_order(basket, user, shipping)
            _complement(order, basket, contact, payment)
            if note:
                note(order)
            stock.reserve(_demands(basket), cause=order.number)
            return order
    except stock.OutOfStock as refusal:
        raise LinesRefused(_refusals(basket, refusal)) from refusal


def _claim(basket):
    """Take the basket out of its shopper's hands, as it was priced. Raises `BasketChanged`."""
    claimed = Basket.open.filter(pk=basket.pk, location=basket.location_id).update(
        status=Basket.SUBMITTED, date_submitted=timezone.now()
    )
    priced = [(line.pk, line.quantity, line.stockrecord_id) for line in basket.all_lines()]
    now = basket.lines.order_by("pk").values_list("pk", "quantity", "stockrecord_id")
    if not claimed or priced != list(now):
        raise BasketChanged


def _complement(order, basket, contact, payment):
    """All that belongs to an order beside itself: its first step, its contact, its payment."""
    record(order, before="")
    _write_contact(order, contact)
    start_payment(order, payment)
    promo_codes.claim(order, applied_codes(basket), email=contact.email)


def _write_contact(order, contact):
    address = contact.address.to_json() if contact.address else ""
    Contact.objects.create(
        order=order, name=contact.name, phone=contact.phone, email=contact.email, address=address
    )


def _demands(basket):
    return [(line.stockrecord_id, line.quantity) for line in basket.all_lines()]


def _refusals(basket, refusal):
    short = {shortage.stockrecord_id: shortage.left for shortage in refusal.shortages}
    basket.reset_offer_applications()
    return {
        line: line.refusal or _("Sold out here.")
        for line in basket.all_lines()
        if line.stockrecord_id in short
    }
