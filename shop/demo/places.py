from datetime import date, time
from decimal import Decimal

from shop.demo.reading import read
from shop.locations.models import ClosedDay, Location, OpeningHours

PLAIN = [
    "code",
    "name",
    "country",
    "city",
    "street",
    "postcode",
    "currency",
    "timezone",
    "phone",
    "preparation_minutes",
    "legal_name",
    "tax_number",
]


def open_locations():
    return [_open(row) for row in read("locations")["location"]]


def _open(row):
    location = Location.objects.create(
        **{name: row[name] for name in PLAIN},
        vat_rate=Decimal(row["vat_rate"]),
        latitude=Decimal(str(row["latitude"])),
        longitude=Decimal(str(row["longitude"])),
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(
            location=location,
            weekday=window["weekday"],
            opens=time.fromisoformat(window["opens"]),
            closes=time.fromisoformat(window["closes"]),
        )
        for window in row["hours"]
    )
    ClosedDay.objects.bulk_create(
        ClosedDay(location=location, date=date.fromisoformat(day["date"]), reason=day["reason"])
        for day in row["closed_days"]
    )
    return location
