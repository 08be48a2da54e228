"""Asking to be told when a product is back, and taking that back again."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from shop.catalogue.models import Product
from shop.client_address import client_address
from shop.inventory import back_in_stock
from shop.inventory.back_in_stock import CannotAsk, NoSuchRequest
from shop.locations.models import Location


class AddressForm(forms.Form):
    email = forms.EmailField(
        error_messages={
            "required": _("Type your email address."),
            "invalid": _("This email address is not complete. It looks like name@example.com."),
        },
    )


@require_POST
def ask(request):
    """Put the shopper in the queue for a product at a location, and go back to its page."""
    product = get_object_or_404(Product.objects.on_sale(), upc=request.POST.get("sku", ""))
    place = get_object_or_404(
        Location.objects.open_to_shoppers(), code=request.POST.get("location", "")
    )
    try:
        back_in_stock.ask(product, place, **_who(request), visitor=client_address(request))
    except CannotAsk as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Thank you. We will write to you when %(product)s is back at %(place)s.")
        messages.success(request, said % {"product": product.title, "place": place.name})
    return redirect(product)


def _who(request):
    """The account, or the address that was typed. Raises `CannotAsk`."""
    if request.user.is_authenticated and request.user.email:
        return {"user": request.user}
    form = AddressForm(request.POST)
    if not form.is_valid():
        raise CannotAsk(" ".join(form.errors["email"]))
    return {"email": form.cleaned_data["email"]}


# What mail programs post of their own accord, where their reader asks them to: RFC 8058.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@csrf_exempt  # the key in the address is what counts, and mail programs have nothing else
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request, token):
    """A letter's link: it asks first, because mail programs open links by themselves."""
    try:
        asked = back_in_stock.request_of(token)
    except NoSuchRequest as forged:
        raise Http404 from forged
    if request.method == "GET":
        others = back_in_stock.others_waiting(asked) if asked else 0
        return render(request, "storefront/back_in_stock.html", {"asked": asked, "others": others})
    back_in_stock.withdraw(token)
    if ONE_CLICK in request.POST.items():
        return HttpResponse()
    messages.success(request, _("You are off the list. We will not write to you about it."))
    return redirect(asked.product if asked else "/")
