"""Erasing personal data because its owner asks. Orders stay as they were, and name nobody."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shop.basket.models import Basket
from shop.contacts.models import Contact
from shop.customer.models import User
from shop.customer.personal_data import HOLDINGS, Person
from shop.order.models import Order
from shop.privacy.models import EventKind, PrivacyEvent
from shop.privacy.orders import done_with, orders_of, still_needed


class CannotErase(Exception):
    """Nothing was erased; `str()` says why, to who asked."""


class WorksHere(CannotErase):
    def __init__(self):
        super().__init__(_("You work in this shop. An owner has to close your account."))


class OrdersOpen(CannotErase):
    """`numbers` are the orders whose contact is still needed."""

    def __init__(self, numbers):
        self.numbers = numbers
        said = _(
            "You still have orders that are not finished, or money on its way back: %(numbers)s. "
            "Close your account when they are done, or cancel them first."
        )
        super().__init__(said % {"numbers": ", ".join(numbers)})


class OrderedMeanwhile(CannotErase):
    def __init__(self):
        super().__init__(_("Something was ordered just now. Look at your orders, and try again."))


class StillNeeded(CannotErase):
    def __init__(self):
        super().__init__(
            _("The shop needs your contact data until this order is done and all money is back.")
        )


def erase_account(user):
    """Close an account and erase what is personal, all at once or not at all.

    Nobody logs in with it again, its sessions and tokens are dead. Raises `CannotErase`.
    """
    try:
        with transaction.atomic():
            _erase_account(user)
    except IntegrityError as clash:
        # An order that names the account was committed while its row went.
        raise OrderedMeanwhile from clash


def blocking_orders(user):
    """The orders for which an account cannot be closed yet."""
    return still_needed(orders_of(Person.of(user)))


def _erase_account(user):
    # Two closings at once go one by one. No key lock: a checkout under way, which
    # points to the account, must be able to end, or both would wait for ever.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.is_staff or user.is_superuser:
        raise WorksHere
    _take_open_baskets(user)
    person = Person.of(user)
    if numbers := list(still_needed(orders_of(person)).values_list("number", flat=True)):
        raise OrdersOpen(numbers)
    contacts = Contact.objects.filter(order__in=orders_of(person)).count()
    for holding in HOLDINGS.values():
        holding.erase(person)
    user.delete()
    PrivacyEvent.objects.create(kind=EventKind.ACCOUNT, contacts=contacts)


def _take_open_baskets(user):
    """Nothing is ordered from now on: a checkout claims its basket first.

    One that has claimed it already is waited for, and its order is found then.
    """
    still_open = Basket.open.filter(owner=user).order_by("pk").select_for_update(of=("self",))
    Basket.objects.filter(pk__in=[basket.pk for basket in still_open]).delete()


@transaction.atomic
def erase_contact(order):
    """Erase who a finished order was for; done already, nothing happens. Raises `StillNeeded`."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not done_with(Order.objects.filter(pk=order.pk)).exists():
        raise StillNeeded
    erased, _rows = Contact.objects.filter(order=order).delete()
    if erased:
        PrivacyEvent.objects.create(kind=EventKind.CONTACT, contacts=erased)


def may_erase_contact(order):
    orders = Order.objects.filter(pk=order.pk, contact__isnull=False)
    return done_with(orders).exists()
