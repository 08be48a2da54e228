"""Everything that the shop holds on a person, for that person."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from shop.customer.personal_data import HOLDINGS, Person


def export(user) -> dict:
    person = Person.of(user)
    return {name: holding.tell(person) for name, holding in HOLDINGS.items()}


def export_json(user) -> str:
    return json.dumps(export(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
