"""Choosing where to collect."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.basket.contents import BasketRefused, move_to
from shop.basket.models import Line
from shop.locations.choice import remember_location
from shop.locations.models import Location
from shop.money import money
from storefront.ways import way_back


@require_POST
def choose(request):
    """Remember the location, move the basket there, say what that changed, and go back."""
    place = get_object_or_404(
        Location.objects.open_to_shoppers(), code=request.POST.get("location", "")
    )
    messages.success(request, _("You collect at %(place)s.") % {"place": place.name})
    if request.basket.pk and request.basket.location_id != place.pk:
        _move_basket(request, place)
    response = redirect(way_back(request, request.POST.get("next", "")))
    remember_location(response, place)
    return response


def _move_basket(request, place):
    before = _prices(request.basket)
    try:
        missing = move_to(request.basket, place)
    except BasketRefused as refusal:
        messages.error(request, str(refusal))
        return
    if missing:
        names = ", ".join(product.title for product in missing)
        left = _("Not offered there and taken out of your basket: %(names)s.") % {"names": names}
        messages.warning(request, left)
    changes = _changes(before, _prices(request.basket))
    if changes:
        text = _("Prices in your basket that changed: %(changes)s.")
        messages.info(request, text % {"changes": ", ".join(changes)})


def _prices(basket):
    """Each line's product, price per unit and currency."""
    lines = Line.objects.filter(basket_id=basket.pk).order_by("pk")
    values = lines.values_list("pk", "product__title", "price_incl_tax", "price_currency")
    return {pk: (title, price, code) for pk, title, price, code in values}


def _changes(before, after):
    return [
        f"{title} {money(*before[pk][1:])} → {money(price, code)}"
        for pk, (title, price, code) in after.items()
        if before[pk][1:] != (price, code)
    ]
