"""Everything that the shop holds on a person, for that person."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from shop.customer.personal_data import HOLDINGS, Person
from shop.privacy.models import EventKind, PrivacyEvent
from shop.privacy.orders import orders_of


def export(user) -> dict:
    person = Person.of(user)
    return {name: holding.tell(person) for name, holding in HOLDINGS.items()}


def hand_out(user) -> str:
    """The file that a shopper takes along; that somebody did is counted."""
    written = export_json(user)
    PrivacyEvent.objects.create(kind=EventKind.EXPORT, contacts=_contacts_of(user))
    return written


def _contacts_of(user):
    return orders_of(Person.of(user)).filter(contact__isnull=False).count()


def export_json(user) -> str:
    return json.dumps(export(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
