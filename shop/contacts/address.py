"""Where a delivery goes, as the contact of its order keeps it."""

import json
from dataclasses import asdict, dataclass

from shop.countries import name_of


# Error reports print the locals of whatever failed: this prints nothing.
@dataclass(frozen=True, repr=False)
class Address:
    """`country` is ISO 3166-1 alpha-2."""

    line1: str
    city: str
    country: str
    postcode: str = ""
    line2: str = ""

    @classmethod
    def from_json(cls, text):
        return cls(**json.loads(text))

    def to_json(self):
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def lines(self):
        """As it is written on a parcel, without the name."""
        town = " ".join(filter(None, [self.postcode, self.city]))
        return [line for line in (self.line1, self.line2, town, name_of(self.country)) if line]
