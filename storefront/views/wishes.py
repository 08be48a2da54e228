"""The wishlist: products put on it, taken off again, and from there into the basket."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from shop.catalogue.models import Product
from shop.wishlists.wishes import add_to_wishlist, remove_from_wishlist, wishes_of
from storefront import listing
from storefront.models import ProductPage
from storefront.ways import way_back

# The SKU that a guest wished for, until they have logged in.
WISHED = "wished"


@never_cache
@require_GET
@login_required
def wishlist(request):
    order = {pk: place for place, pk in enumerate(_wished_products(request.user))}
    cards = listing.cards(ProductPage.objects.filter(product__in=order), request)
    cards.sort(key=lambda card: order[card.product.pk])
    return render(request, "account/wishlist.html", {"cards": cards})


@never_cache
@require_POST
def wish(request, sku):
    """Put a product on the wishlist or take it off; guests log in first, and find it there."""
    product = get_object_or_404(Product.objects.on_sale(), upc=sku)
    if not request.user.is_authenticated:
        return _log_in_first(request, product)
    if "remove" in request.POST:
        remove_from_wishlist(request.user, product)
        said = _("%(product)s is off your wishlist.")
    else:
        add_to_wishlist(request.user, product)
        said = _("%(product)s is on your wishlist.")
    return _answer(request, product, said % {"product": product.title})


@never_cache
@require_GET
@login_required
def wish_that_waited(request):
    """Go on with what a guest wished for before they logged in."""
    product = Product.objects.on_sale().filter(upc=request.session.pop(WISHED, None)).first()
    if product is None:
        return redirect("wishlist")
    add_to_wishlist(request.user, product)
    messages.success(request, _("%(product)s is on your wishlist.") % {"product": product.title})
    return redirect(product)


def _wished_products(user):
    return wishes_of(user).values_list("product", flat=True)


def _log_in_first(request, product):
    request.session[WISHED] = product.upc
    messages.info(request, _("Log in, and it is on your wishlist."))
    back = urlencode({"next": reverse("wish_that_waited")})
    address = f"{reverse('account_login')}?{back}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _answer(request, product, said):
    if request.htmx:
        context = {"product": product, "is_wished": "remove" not in request.POST}
        return render(request, "storefront/parts/heart.html", context)
    messages.success(request, said)
    return redirect(way_back(request, request.POST.get("next", ""), product.get_absolute_url()))
