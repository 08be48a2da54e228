"""A shop with something in every list, twice: here, and at another location with marks of its own.

A shopper's traces lie wherever one leaves them: orders, letters, webhooks, the audit log,
reveals and accounts. The marks say whose row a page shows.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from smtplib import SMTPDataError
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice.models import SavedView
from backoffice.site import site
from shop.catalogue.reviews.models import ProductReview
from shop.contacts.reveal import reveal
from shop.customer import roles
from shop.customer.models import Customer
from shop.imports import arriving
from shop.imports.models import Kind
from shop.imports.tests.tables import as_csv, book, check
from shop.inventory import deliveries, stock, stocktakes, transfers
from shop.inventory.models import LowStockAlert, Movement
from shop.mail.failures import describe
from shop.mail.models import Letter
from shop.order import lifecycle
from shop.payment import settlement
from shop.payment.cancellation import cancel_order
from shop.payment.gateways import Answer, payloads
from shop.payment.models import Payment, PaymentStatus, Refund, RefundStatus, WebhookEvent
from shop.pickup import codes, counter
from shop.privacy import retention
from shop.staff import invitations, two_factor
from shop.staff.models import StaffSession
from shop.subscriptions import announcing, managing
from shop.subscriptions.models import Event, Fault, Subscription, Webhook
from shop.testing.factories import (
    ADDRESS,
    CONTACT,
    deliver_from,
    make_category,
    make_code,
    make_delivery,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.worker import do_all_work
from shop.voucher.making import Kind as Gives
from shop.voucher.sets import Print, make_set
from shop.voucher.terms import Terms
from tasks.models import OutboxMessage

CANARY = [
    *(CONTACT.name, CONTACT.email, CONTACT.phone, CONTACT.phone.replace(" ", "")),
    *(ADDRESS.line1, ADDRESS.line2, ADDRESS.postcode, "zebulon", "canary@quist"),
]
WEBHOOK = {
    "id": "evt_canary",
    "type": "payment.noted",
    "data": {"object": {"billing_details": {"name": CONTACT.name, "email": CONTACT.email}}},
    "customer_phone": CONTACT.phone,
}


@dataclass
class Place:
    """A location and one row of each kind there; `rows` is by model name."""

    mark: str
    location: object
    orders: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    imports: dict = field(default_factory=dict)
    view: SavedView | None = None

    @property
    def marks(self):
        """What is only written of rows of this place."""
        numbered = ("delivery", "transfer", "stocktake")
        numbers = [row.number for name in numbered for row in self.rows[name]]
        return [self.mark, *numbers, *(order.number for order in self.orders.values())]

    @property
    def goods_mark(self):
        """What is only offered at this place, for whoever does not see all goods."""
        return f"{self.mark[:4]}made"

    def add(self, *rows):
        for row in rows:
            self.rows.setdefault(row._meta.model_name, []).append(row)
        return rows[0]


@dataclass
class Shop:
    here: Place
    elsewhere: Place
    people: dict


def furnish():
    owner = make_user(roles.OWNER, username="the-owner")
    third = make_location(name="Magpie Third")
    shopper = make_user(username="zebulon.q", email="canary@quist.example")
    places = [_place(mark, owner, shopper, third) for mark in ("heremark", "wrenmark")]
    do_all_work()
    _whole_shop(owner, places)
    for place in places:
        _letters_that_failed(place)
        place.add(Customer.objects.get(pk=shopper.pk))
    people = _people(owner, *places) | {"a shopper": shopper}
    _sessions(people, places)
    return Shop(*places, people)


def _people(owner, here, elsewhere):
    people = {
        role: make_user(role, [here.location])
        for role in roles.ROLES
        if role not in (roles.OWNER, roles.SELLER)
    }
    people |= {roles.OWNER: owner, roles.SELLER: here.rows["product"][0].seller}
    people["a superuser"] = make_user(roles.EDITOR, username="root", is_superuser=True)
    people["the desk elsewhere"] = make_user(roles.ORDER_DESK, [elsewhere.location])
    for person in people.values():
        # What other people's rows say of somebody is their username.
        person.email = f"{person.username}@staffmark.example"
        person.save(update_fields=["email"])
    return people


def _place(mark, owner, shopper, third):
    location = make_location(name=f"Magpie {mark[:4]}")
    deliver_from(location)
    place = Place(mark, location)
    seller = make_user(roles.SELLER, [location], username=f"seller-{mark[:4]}")
    goods = make_product(
        title=f"{mark[:4]}made jelly", seller=seller, upc=f"{mark[:4]}made-1".upper()
    )
    record = offer(goods, location, "4.20", 200, shelf=f"{mark}-A1", low_stock_threshold=900)
    there = offer(goods, third, "4.20", 50)
    place.add(goods, make_product(title=f"{mark[:4]}made crumbs", seller=seller))
    place.add(record)
    _orders(place, goods, owner, shopper)
    read = {"score": 4, "title": f"{place.goods_mark}: good", "body": "Tried it."}
    place.add(ProductReview.objects.create(product=goods, user=shopper, **read))
    stock.adjust(record, -1, reason=f"{mark} broke", actor=owner)
    place.add(*Movement.objects.filter(stockrecord=record).order_by("-pk")[:1])
    place.add(*LowStockAlert.objects.filter(stockrecord=record))
    told = {"reason": f"{mark} brought", "actor": owner}
    place.add(deliveries.receive(location, [(record.pk, 3)], token=uuid4(), **told))
    place.add(transfers.send(location, third, [(record.pk, 2)], **told))
    place.add(transfers.send(third, location, [(there.pk, 2)], **told))
    count = place.add(stocktakes.begin(location, actor=owner))
    stocktakes.enter(count, {record.pk: 190}, actor=owner)
    place.add(location)
    _imports(place, seller)
    return place


def _orders(place, goods, owner, shopper):
    def order(*, ready=False):
        made = make_order(place.location, (goods, 2), user=shopper)
        settlement.collect(Payment.objects.select_related("order").get(order=made))
        made.refresh_from_db()
        if ready:
            lifecycle.mark_ready(made, actor=owner)
        return made

    def sent():
        made = make_delivery(place.location, (goods, 2), user=shopper)
        settlement.collect(Payment.objects.select_related("order").get(order=made))
        made.refresh_from_db()
        return made

    place.orders = {"paid": order(), "ready": order(ready=True), "to ship": sent()}
    place.orders["shipped"] = shipped = sent()
    lifecycle.ship(shipped, actor=owner, carrier="CTT")
    place.orders["collected"] = collected = order(ready=True)
    counter.hand_over(codes.short_of(collected.pickup_codes.get()), actor=owner)
    place.orders["held"] = held = make_order(place.location, (goods, 3), user=shopper)
    wrong = Answer(PaymentStatus.SUCCEEDED, f"pay-{place.mark}", amount=Decimal("7.00"))
    settlement.settle(held.payments.get(), wrong)
    place.orders["cancelled"] = cancelled = order()
    cancel_order(cancelled, actor=owner, reason=f"{place.mark} dropped")
    paid = place.orders["paid"]
    failed = Refund.objects.create(
        payment=paid.payments.get(),
        amount=Decimal("1.00"),
        status=RefundStatus.FAILED,
        attempts=5,
        reason=f"{place.mark} chipped",
    )
    place.add(*place.orders.values())
    place.add(held.payments.get(), paid.payments.get())
    place.add(failed)
    reveal(paid, owner, f"{place.mark} was called")
    place.add(paid.reveals.get())


def _imports(place, seller):
    table = ("SKU", "Name"), (f"{place.goods_mark}-2", f"{place.goods_mark} pears")
    place.imports = {
        "matching": arriving.receive(Kind.PRODUCTS, as_csv(*table), author=seller),
        "checked": check(Kind.PRODUCTS, as_csv(*table), seller),
        "booked": book(Kind.PRODUCTS, as_csv(*table), seller),
    }
    place.add(*place.imports.values())


def _letters_that_failed(place):
    letters = Letter.objects.filter(order=place.orders["collected"])
    refused = SMTPDataError(550, f"{CONTACT.email}: no such mailbox".encode())
    letters.update(sent_at=None, failure=describe(refused))
    place.add(letters.earliest("pk"))


def _whole_shop(owner, places):
    """Rows that belong to no place; both places lead to the same."""
    now = timezone.now()
    event = payloads.event(json.dumps(WEBHOOK).encode())
    invited = invitations.invite(
        "nina@nook.example", Group.objects.get(name=roles.COUNTER), [], actor=owner
    )
    terms = Terms(Gives.PERCENT, Decimal(5))
    printed = Print("Cards", 3, now, now + timedelta(days=9), "CARDS")
    off = make_code("OFF")
    off.switched_off_at = now
    off.save()
    common = [
        make_category("Jams"),
        make_code("TEN"),
        off,
        make_set(printed, terms),
        WebhookEvent.objects.create(
            gateway="simulated", event_id=event.id, kind=event.kind, payload=event.payload
        ),
        invited,
        retention.decide(400, actor=owner),
    ]
    common += _subscriptions(owner, places[0].orders["paid"])
    two_factor.demand(False, actor=owner)
    stuck = {"effect": "send_letter", "subject": "0", "failure": "Gone", "may_pass": False}
    common.append(OutboxMessage.objects.create(due_at=now, **stuck))
    for place in places:
        place.add(*common)


def _subscriptions(owner, order):
    """One that is on, with an event that it never accepted, and one that is off."""
    url, events = "https://93.184.216.34/hooks", [Event.ORDER_PAID]
    on, _secret = managing.subscribe("Till", url, events, owner=owner)
    off, _secret = managing.subscribe("Ledger", url, events, owner=owner)
    managing.switch_off(off)
    Subscription.objects.filter(pk=on.pk).update(on_since=order.date_placed)
    announcing.announce_step(order.status_changes.get(new_status="paid"))
    webhooks = Webhook.objects.all()
    webhooks.update(failed_at=timezone.now(), attempts=20, fault=Fault.AWAY)
    return [on, off, *webhooks]


def _sessions(people, places):
    gone = make_user(roles.COUNTER, username="gone", is_active=False)
    worker = people[roles.COUNTER]
    Authenticator.objects.create(user=worker, type=Authenticator.Type.TOTP, data={"secret": "x"})
    session = StaffSession.objects.create(user=worker, session_key="none", device="computer")
    view = SavedView.objects.create(owner=people[roles.OWNER], list_name="order_order", name="My")
    for place in places:
        place.add(worker, gone)
        place.add(session)
        place.view = view


def rows_of(place, model):
    """One or more of a model's rows at a place; for what is nobody's own, any."""
    found = place.rows.get(model._meta.model_name)
    return found or list(site.get_model_admin(model).model._base_manager.order_by("pk")[:1])
