"""Choosing where to collect."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shop.locations.choice import choose_location, remember_location
from shop.locations.models import Location
from storefront.moving import move_and_say
from storefront.ways import way_back


@require_POST
def choose(request):
    """Remember the location, move the basket there, say what that changed, and go back."""
    place = get_object_or_404(
        Location.objects.open_to_shoppers(), code=request.POST.get("location", "")
    )
    messages.success(request, _("You collect at %(place)s.") % {"place": place.name})
    if request.basket.pk and request.basket.location_id != place.pk:
        move_and_say(request, place)
    choose_location(request.user, place)
    response = redirect(way_back(request, request.POST.get("next", "")))
    remember_location(response, place)
    return response
