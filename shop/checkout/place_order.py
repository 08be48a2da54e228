"""From a basket to an order: the one way in, for every face."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.basket.discounts import applied_codes, apply_discounts
from shop.basket.models import Basket
from shop.checkout import snapshot
from shop.contacts.models import Contact
from shop.inventory import stock
from shop.order.models import Fulfilment, Order
from shop.order.statuses import record
from shop.payment.starting import PaymentChoice, check_choice, start_payment
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
    fulfilment=Fulfilment.PICKUP,
):
    """Make a basket an order: prices first, then snapshot and reserve in one short transaction.

    No network is touched: a worker collects the payment, once `payment_started`
    has told it to. Submitting a basket twice gives the first order again. With
    `agreed_total`, what the shopper was shown, nothing else is charged.

    Raises `CannotOrder`, `PromoCodeRefused`, and `PaymentRefused` for a way of
    paying, a sum or a currency that its gateway would refuse; then nothing has changed.
    """
    check_choice(payment)
    try:
        _price(basket, agreed_total)
        return _order(basket, contact, payment, user, fulfilment)
    except (CannotOrder, PromoCodeRefused):
        # Another request may have ordered the basket while this one looked it over.
        order = order_of(basket)
        if order is None:
            raise
        return order


def order_of(basket):
    """The order that a basket has become, or None."""
    return Order.objects.filter(basket_id=basket.pk).first() if basket.pk else None


def _price(basket, agreed_total):
    if basket.status != Basket.OPEN:
        raise BasketChanged
    basket.reset_offer_applications()
    if not basket.all_lines():
        raise BasketEmpty
    refusals = {line: line.refusal for line in basket.all_lines() if line.refusal}
    if refusals:
        raise LinesRefused(refusals)
    apply_discounts(basket)
    if basket.total_incl_tax > LARGEST_TOTAL:
        raise TooMuchAtOnce
    if agreed_total is not None and basket.total_incl_tax != agreed_total:
        raise BasketChanged


def _order(basket, contact, payment, user, fulfilment):
    try:
        with transaction.atomic():
            _claim(basket)
            order = snapshot.write_order(basket, user, fulfilment)
            _complement(order, basket, contact, payment)
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
    Contact.objects.create(order=order, name=contact.name, phone=contact.phone, email=contact.email)
    start_payment(order, payment)
    for voucher in applied_codes(basket):
        order.voucherapplication_set.create(voucher=voucher, user=order.user)
        promo_codes.claim(voucher)


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
