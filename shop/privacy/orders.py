"""A person's orders: which ones these are, what is told of them, when one is done with."""

from django.db.models import Exists, OuterRef, Q

from shop.contacts.models import Contact
from shop.encryption import fingerprints
from shop.order.models import Order, Status
from shop.payment.models import Refund

# Nothing more is to be said to the shopper, unless money is on its way back.
FINISHED = (Status.COMPLETED, Status.CANCELLED, Status.REFUNDED)

TOLD_TOGETHER = (
    "lines",
    "discounts",
    "status_changes",
    "payments__refunds",
    "pickup_codes",
    "voucherapplication_set__voucher",
    "reveals",
)


def orders_of(person):
    """What the account ordered, and what a guest ordered with a proven address of its owner's."""
    digests = [digest for email in person.emails for digest in fingerprints(email)]
    as_guest = Q(user=None, contact__email_digest__in=digests)
    return (
        Order.objects.filter(Q(user=person.user) | as_guest)
        .select_related("contact")
        .prefetch_related(*TOLD_TOGETHER)
        .order_by("pk")
    )


def money_under_way():
    """To annotate orders with: whether a refund of theirs is still owed to the shopper."""
    return Exists(Refund.objects.owed().filter(payment__order=OuterRef("pk")))


def letter_under_way():
    """Whether a letter about an order has neither been sent nor given up."""
    unsent = Q(letters__isnull=False, letters__sent_at=None, letters__failure="")
    return Exists(Order.objects.filter(unsent, pk=OuterRef("pk")))


def still_needed(orders):
    """Those whose contact the shop still needs: to hand over, to send, to pay back."""
    return orders.filter(~Q(status__in=FINISHED) | money_under_way())


def done_with(orders):
    return orders.filter(~money_under_way(), status__in=FINISHED)


def tell_order(order):
    """All that the shop knows of an order, but no token and no code that opens anything."""
    return {
        "number": order.number,
        "status": order.status,
        "placed": order.date_placed,
        "location": order.location_name,
        "fulfilment": order.fulfilment,
        "delivered_to": order.delivery_country,
        "tracking_number": order.tracking_number,
        "currency": order.currency,
        "total": order.total_incl_tax,
        "lines": [_line(line) for line in order.lines.all()],
        "discounts": [
            {"code": discount.voucher_code, "amount": discount.amount}
            for discount in order.discounts.all()
        ],
        "history": [
            {"status": change.new_status, "at": change.date_created}
            for change in order.status_changes.all()
        ],
        "contact": _contact(order),
        "payments": [_payment(payment) for payment in order.payments.all()],
        "collected": [code.used_at for code in order.pickup_codes.all() if code.used_at],
        "promo_codes": [use.voucher.code for use in order.voucherapplication_set.all()],
        "contact_looked_at": [
            {"role": look.role, "at": look.at, "reason": look.reason, "place": look.place}
            for look in order.reveals.all()
        ],
    }


def _line(line):
    return {
        "product": line.title,
        "sku": line.upc,
        "quantity": line.quantity_in_unit,
        "unit": line.unit,
        "price": line.line_price_incl_tax,
    }


def _contact(order):
    try:
        contact = order.contact
    except Contact.DoesNotExist:
        return None
    address = contact.postal_address
    return {
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "address": address.lines if address else None,
    }


def _payment(payment):
    return {
        "amount": payment.amount,
        "currency": payment.currency,
        "method": payment.method,
        "status": payment.status,
        "started": payment.created_at,
        "refunds": [
            {"amount": refund.amount, "status": refund.status, "asked": refund.created_at}
            for refund in payment.refunds.all()
        ],
    }
