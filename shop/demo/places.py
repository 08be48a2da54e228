from datetime import date, time
from decimal import Decimal

from shop.demo.reading import read
from shop.locations.models import ClosedDay, Location, OpeningHours
from shop.shipping.models import DeliveryRate

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
        last_orders_at=_clock(row["last_orders_at"]) if "last_orders_at" in row else None,
        delivers="delivery_rates" in row,
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(
            location=location,
            weekday=window["weekday"],
            opens=_clock(window["opens"]),
            closes=_clock(window["closes"]),
        )
        for window in row["hours"]
    )
    ClosedDay.objects.bulk_create(
        ClosedDay(location=location, date=date.fromisoformat(day["date"]), reason=day["reason"])
        for day in row["closed_days"]
    )
    DeliveryRate.objects.bulk_create(
        DeliveryRate(location=location, **rate | {"price": Decimal(rate["price"])})
        for rate in row.get("delivery_rates", [])
    )
    return location


def _clock(text):
    return time.fromisoformat(text)
