"""What each way of an order is told by: these letters, to its shopper, and no others."""

import pytest

from shop.mail.models import Kind, Letter
from shop.order import lifecycle
from shop.order.models import Ending, Fulfilment, Order, Status
from shop.order.statuses import advance
from shop.payment.cancellation import cancel_order
from shop.payment.models import Payment, PaymentStatus, Refund
from shop.payment.refunds import request_refund
from shop.payment.signals import refund_failed
from shop.pickup import codes, counter
from shop.pickup.signals import pickup_final_notice_due, pickup_reminder_due
from shop.testing.factories import (
    BAD_CARD,
    CONTACT,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db


def placed(**values):
    location, product = make_location(), make_product()
    offer(product, location)
    return make_order(location, (product, 2), **values)


def paid(**values):
    return worked_on(placed(**values))


def ready():
    order = paid()
    lifecycle.mark_ready(order, actor=None)
    return worked_on(order)


def worked_on(order):
    do_all_work()
    return Order.objects.get(pk=order.pk)


def collected():
    order = ready()
    token = codes.token_of(order.pickup_codes.get(voided_at=None))
    counter.hand_over(token, actor=make_user("Counter", [order.location]))
    return order


def sent():
    order = paid()
    Order.objects.filter(pk=order.pk).update(fulfilment=Fulfilment.DELIVERY)
    order.refresh_from_db()
    advance(order, Status.SHIPPED)
    return order


def arrived():
    order = sent()
    advance(order, Status.COMPLETED)
    return order


def ended(order, ending):
    cancel_order(order, actor=None, reason="", ending=ending)
    return order


def expired():
    order = placed()
    lifecycle.cancel(order, ending=Ending.EXPIRED)
    return order


def expired_and_paid_late():
    order = expired()
    payment = order.payments.get()
    Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.SUCCEEDED)
    request_refund(payment, payment.amount)
    return order


def refunded(amount=None):
    order = paid()
    payment = order.payments.get()
    request_refund(payment, amount or payment.amount)
    return order


def given_a_new_code():
    order = ready()
    codes.issue(order)
    return order


def announced(signal):
    order = ready()
    signal.send(sender=Order, order=order)
    signal.send(sender=Order, order=order)
    return order


WAYS = {
    "placed": (lambda: placed(payment=BAD_CARD), ["payment_failed"]),
    "paid": (paid, ["paid"]),
    "expired": (expired, ["expired"]),
    "paid too late": (expired_and_paid_late, ["expired", "too_late"]),
    "cancelled unpaid": (lambda: ended(placed(), Ending.BY_SHOPPER), ["cancelled"]),
    "cancelled by the shopper": (lambda: ended(paid(), Ending.BY_SHOPPER), ["paid", "cancelled"]),
    "cancelled by the shop": (
        lambda: ended(ready(), Ending.BY_STAFF),
        ["paid", "ready", "cancelled"],
    ),
    "ready": (ready, ["paid", "ready"]),
    "a new code": (given_a_new_code, ["paid", "ready", "new_code"]),
    "reminded": (lambda: announced(pickup_reminder_due), ["paid", "ready", "reminder"]),
    "noticed": (lambda: announced(pickup_final_notice_due), ["paid", "ready", "final_notice"]),
    "not collected": (
        lambda: ended(ready(), Ending.NOT_COLLECTED),
        ["paid", "ready", "not_collected"],
    ),
    "collected": (collected, ["paid", "ready", "completed"]),
    "sent": (sent, ["paid", "shipped"]),
    "arrived": (arrived, ["paid", "shipped", "completed"]),
    "refunded in part": (lambda: refunded(1), ["paid", "refunded"]),
    "refunded": (refunded, ["paid", "refunded"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_told_by_its_letters_and_each_letter_once(way, mailoutbox):
    walk, kinds = WAYS[way]
    order = walk()
    # Somebody else's order is told of to somebody else.
    order = worked_on(order)

    assert list(order.letters.order_by("created_at").values_list("kind", flat=True)) == kinds
    assert [message.to for message in mailoutbox] == [[CONTACT.email]] * len(kinds)
    assert all(order.number in message.subject for message in mailoutbox)
    assert not Letter.objects.filter(sent_at=None).exists()


def test_every_letter_has_text_and_html_that_say_the_same_link(mailoutbox):
    arrived(), given_a_new_code()
    do_all_work()
    for message in mailoutbox:
        ((html, mimetype),) = message.alternatives
        assert mimetype == "text/html"
        link = next(line for line in message.body.splitlines() if line.startswith("http"))
        assert f'href="{link}"' in html


def test_what_was_refused_for_good_is_told_to_the_owners_and_to_nobody_else(mailoutbox):
    owner, _seller = make_user("Owner"), make_user("Seller")
    order = refunded(1)
    do_all_work()
    mailoutbox.clear()

    refund_failed.send(sender=Refund, refund=Refund.objects.get())
    refund_failed.send(sender=Refund, refund=Refund.objects.get())
    do_all_work()

    (message,) = mailoutbox
    assert message.to == [owner.email]
    assert order.number in message.subject
    assert "€1.00" in message.body
    assert CONTACT.name not in message.body
    assert CONTACT.email not in message.body
    assert Letter.objects.get(kind=Kind.REFUND_FAILED).order is None
