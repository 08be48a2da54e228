"""Who gets a letter, looked up when it is sent."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist

from shop.encryption import Unreadable
from shop.inventory.models import StockRequest
from shop.mail.failures import NotYet
from shop.mail.models import Kind
from shop.staff.models import Invitation

LONGEST_NAME = 60
# A name that a mail program would turn into a link is a way to advertise in our letters.
LINKLIKE = re.compile(r"[:/\\@<>]|\w\.\w{2}|www\.", re.IGNORECASE)


# Error reports print the locals of whatever failed: this prints nothing.
@dataclass(frozen=True, repr=False)
class Addressee:
    """`name` is fit to greet somebody with, or empty."""

    email: str
    name: str
    language: str


def addressee_of(letter):
    """Whom a letter goes to, or None when nobody is left to write to.

    Raises `NotYet` while no key opens the contact.
    """
    if letter.kind == Kind.BACK_IN_STOCK:
        return _asker(letter)
    if letter.kind == Kind.INVITATION:
        return _invited(letter)
    person = letter.colleague or _contact(letter.order)
    if person is None or not person.email:
        return None
    name = person.get_full_name() if letter.colleague else person.name
    if isinstance(person.email, Unreadable) or isinstance(name, Unreadable):
        raise NotYet("no key opens the contact")
    return Addressee(person.email, greetable(name), _language_of(person))


def _asker(letter):
    """Who asked to be told, unless they asked no longer or were erased."""
    request = StockRequest.objects.select_related("user").filter(pk=letter.subject).first()
    if request is None or not request.address:
        return None
    if isinstance(request.address, Unreadable):
        raise NotYet("no key opens the request")
    name = request.user.get_full_name() if request.user else ""
    return Addressee(request.address, greetable(name), _language_of(request))


def _invited(letter):
    """Whoever is invited has no name yet, and no address once the invitation is closed."""
    invitation = Invitation.objects.open().filter(pk=letter.subject).first()
    return invitation and Addressee(invitation.email, "", settings.LANGUAGE_CODE)


def _contact(order):
    try:
        return order.contact
    except ObjectDoesNotExist:
        # Erased: the order stays, without whom it was for.
        return None


def _language_of(person):
    """The one that a shopper ordered or asked in; colleagues share the shop's first one."""
    return getattr(person, "language", settings.LANGUAGE_CODE)


def greetable(name):
    """A name on one line, or nothing if it is no name to greet anybody with."""
    name = " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())
    return "" if len(name) > LONGEST_NAME or LINKLIKE.search(name) else name
