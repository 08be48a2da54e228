"""What a page is about, as JSON-LD: schema.org's words for what its context holds already.

Nothing here asks the database. `as_json` makes it safe to stand inside a page.
"""

import json

from django.conf import settings
from django.utils.safestring import mark_safe

from shop.catalogue.units import Unit
from storefront.found.addresses import any_picture_of, full

UNIT_CODES = {Unit.PIECE: "C62", Unit.KILOGRAM: "KGM", Unit.LITRE: "LTR", Unit.METRE: "MTR"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# No text can end the script that holds it, or begin another.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def as_json(things):
    graph = {"@context": "https://schema.org", "@graph": things}
    return mark_safe(json.dumps(graph, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def things(context):
    """All that a page's context tells of."""
    page = context["page"]
    told = [_crumbs(page, context["menu"])] if page.depth > 2 else [_shop()]
    if context.get("offers"):
        told.append(_product(page, context["offers"], context.get("reviews")))
    if context.get("listing"):
        told.append(_list(page, context["listing"]))
    if getattr(page, "location", None) and context.get("opening"):
        told.append(_store(page))
    if getattr(page, "date", None):
        told.append(_story(page))
    return told


def _shop():
    search = {
        "@type": "SearchAction",
        "target": full("/search/?q={words}"),
        "query-input": "required name=words",
    }
    name, url = settings.OSCAR_SHOP_NAME, full("/")
    return {"@type": "WebSite", "name": name, "url": url, "potentialAction": search}


def _crumbs(page, menu):
    steps = [(entry.title, entry.url) for entry in menu.above(page.path)]
    steps.append((page.title, page.url))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": title, "item": full(url)}
            for number, (title, url) in enumerate(steps, 1)
        ],
    }


def _product(page, offers, reviews):
    product = offers.product
    shown = [offers.here, *offers.elsewhere] if offers.here else offers.elsewhere
    told = {
        "@type": "Product",
        "name": page.title,
        "sku": product.upc,
        "description": page.intro or product.description,
        "url": full(page.url),
        "image": any_picture_of(page),
        "offers": [_offer(offer) for offer in shown if offer.is_offered],
    }
    if reviews:
        told["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(reviews.average, 1),
            "reviewCount": reviews.count,
        }
    return _said(told)


def _offer(offer):
    price = {
        "@type": "UnitPriceSpecification",
        "price": str(offer.unit_price),
        "priceCurrency": offer.currency,
        "valueAddedTaxIncluded": True,
        "unitCode": UNIT_CODES[offer.product.unit],
    }
    there = "InStoreOnly" if offer.can_be_bought else "OutOfStock"
    return {
        "@type": "Offer",
        "price": str(offer.unit_price),
        "priceCurrency": offer.currency,
        "priceSpecification": price,
        "availability": f"https://schema.org/{there}",
        "availableAtOrFrom": {
            "@type": "Store",
            "name": offer.location.name,
            "url": full(offer.location.get_absolute_url()),
        },
    }


def _list(page, listing):
    return {
        "@type": "ItemList",
        "name": page.title,
        "itemListElement": [
            {"@type": "ListItem", "position": number, "url": full(card.url)}
            for number, card in enumerate(listing.cards, 1)
        ],
    }


def _store(page):
    place = page.location
    told = {
        "@type": "Store",
        "name": place.name,
        "url": full(page.url),
        "image": any_picture_of(page),
        "telephone": place.phone,
        "address": _said(
            {
                "@type": "PostalAddress",
                "streetAddress": place.street,
                "postalCode": place.postcode,
                "addressLocality": place.city,
                "addressCountry": place.country,
            }
        ),
        "openingHoursSpecification": [_hours(window) for window in place.hours.all()],
    }
    if place.latitude is not None and place.longitude is not None:
        told["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": str(place.latitude),
            "longitude": str(place.longitude),
        }
    return _said(told)


def _hours(window):
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": DAYS[window.weekday],
        "opens": f"{window.opens:%H:%M}",
        "closes": f"{window.closes:%H:%M}",
    }


def _story(page):
    return _said(
        {
            "@type": "Article",
            "headline": page.title,
            "description": page.search_description or page.intro,
            "datePublished": page.date.isoformat(),
            "image": any_picture_of(page),
            "url": full(page.url),
        }
    )


def _said(told):
    """Without what is not known."""
    return {name: value for name, value in told.items() if value not in (None, "")}
