"""A recipe's ingredients, put into the basket together."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.basket.contents import BasketRefused
from shop.basket.together import add_all
from shop.catalogue.models import Product
from shop.catalogue.units import NotAStep
from storefront.moving import move_and_say
from storefront.ways import choose_location_then, way_back

WISHES = "wishes"
MOST = 60


@never_cache
@require_http_methods(["GET", "POST"])
def add_together(request):
    """Put what was ticked into the basket; GET goes on with wishes that waited for a location."""
    wishes = _posted(request) if request.method == "POST" else request.session.pop(WISHES, None)
    if not wishes:
        return redirect("basket")
    back = way_back(request, wishes["next"])
    if not wishes["goods"]:
        messages.info(request, _("Tick what you would like in your basket."))
        return redirect(back)
    if not request.location:
        request.session[WISHES] = wishes
        messages.info(request, _("Choose where you will collect; then all of it goes in."))
        return redirect(choose_location_then("add_together"))
    _add(request, wishes["goods"])
    return redirect(back)


def _posted(request):
    skus = request.POST.getlist("sku")[:MOST]
    goods = {sku: request.POST.get(f"quantity-{sku}", "") for sku in skus}
    return {"goods": goods, "next": request.POST.get("next", "")}


def _add(request, wished):
    goods, refusals = _goods(wished)
    try:
        _go_where_chosen(request)
        refusals += add_all(request.basket, goods)
    except BasketRefused as refusal:
        messages.error(request, str(refusal))
        return
    _say(request, len(wished) - len(refusals), refusals)


def _goods(wished):
    """Pairs of product and steps, and what is wrong with the others."""
    products = {p.upc: p for p in Product.objects.on_sale().filter(upc__in=wished)}
    goods, refusals = [], []
    for sku, typed in wished.items():
        try:
            goods.append((products[sku], _steps(products[sku], typed)))
        except KeyError:
            refusals.append(_("One of these is not sold any more."))
        except NotAStep as fault:
            refusals.append(f"{products[sku].title}: {fault}")
    return goods, refusals


def _steps(product, typed):
    try:
        return product.steps(Decimal(typed)) if typed else 1
    except InvalidOperation:
        raise NotAStep(typed, product.step, product.unit) from None


def _go_where_chosen(request):
    """Goods are added at the price that was shown: that of the chosen location."""
    if request.basket.location_id != request.location.pk:
        move_and_say(request, request.location)


def _say(request, added, refusals):
    if added:
        said = ngettext(
            "%(n)d ingredient is in your basket.", "%(n)d ingredients are in your basket.", added
        )
        link = format_html('{} <a href="/basket/">{}</a>', said % {"n": added}, _("See the basket"))
        messages.success(request, link)
    for refusal in refusals:
        messages.warning(request, str(refusal))
