"""The basket: what a shopper puts into it, changes and takes out again."""

from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from shop.basket import contents, discounts
from shop.basket.contents import BasketRefused
from shop.basket.elsewhere import where_else
from shop.basket.models import Line
from shop.catalogue.models import Product
from shop.catalogue.units import NotAStep, plain
from shop.client_address import client_address
from shop.locations.hours import ready_at
from shop.voucher.promo_codes import PromoCodeRefused
from storefront.moving import move_and_say, said_places
from storefront.ways import way_back

LOCATIONS = "/locations/"
WISH, REMOVED = "wish", "removed"
CHANGES = {"more": 1, "less": -1}


@never_cache
@require_GET
def basket(request):
    return _page(request)


@never_cache
@require_http_methods(["GET", "POST"])
def basket_add(request):
    """Put a product into the basket; GET goes on with a wish that waited for a location."""
    wish = request.POST.dict() if request.method == "POST" else request.session.pop(WISH, None)
    if not wish:
        return redirect("basket")
    if not request.location:
        return _choose_location_first(request, wish)
    product = Product.objects.on_sale().filter(upc=wish.get("sku", "")).first()
    if product is None:
        messages.error(request, _("We do not sell this any more."))
        return redirect(way_back(request, wish.get("next", "")))
    return _add(request, product, wish)


@require_POST
def basket_line(request, pk):
    """Change a line's quantity, or remove it with none."""
    lines = Line.objects.select_related("product", "stockrecord__partner")
    line = lines.filter(pk=pk, basket_id=request.basket.pk).first()
    if line is None:
        messages.info(request, _("This is not in your basket any more."))
        return _answer(request)
    typed = request.POST.get("quantity", "")
    try:
        steps = _steps_for_line(request, line, typed)
        contents.set_steps(request.basket, line, steps)
    except (BasketRefused, NotAStep) as refusal:
        return _page(request, line_refusal=(pk, typed, refusal))
    if steps <= 0:
        request.session[REMOVED] = _removed(line)
    return _answer(request)


@require_POST
def basket_promo_code(request):
    """Put a promo code on the basket, or take one off."""
    if request.basket.pk is None:
        return _answer(request)
    if "remove" in request.POST:
        discounts.remove_code(request.basket, request.POST["remove"])
        return _answer(request)
    typed = request.POST.get("code", "").strip()
    try:
        if not typed:
            raise PromoCodeRefused("", _("Type your promo code."))
        discounts.add_code(request.basket, typed, address=client_address(request))
    except PromoCodeRefused as refusal:
        return _page(request, code=typed, code_refusal=refusal)
    return _answer(request)


def shown_basket(request, basket):
    """What the basket's page and the checkout say about a basket, priced now."""
    basket.reset_offer_applications()
    code_refusals = discounts.apply_discounts(basket)
    lines = list(basket.all_lines())
    _say_where_else(lines, basket)
    place = _place(request, basket)
    return {
        "basket": basket,
        "lines": lines,
        "basket_count": len(lines),
        # On the way to paying the header does without its shelves, and their queries.
        "menu": None,
        "place": place,
        "ready_at": place and ready_at(place),
        "code_refusals": code_refusals,
        "codes": discounts.applied_codes(basket),
        "takes_another_code": discounts.takes_another_code(basket),
        "total": basket.total_incl_tax,
        "tax": basket.total_incl_tax - basket.total_excl_tax,
        "can_order": bool(lines) and not any(line.refusal for line in lines),
    }


def _say_where_else(lines, basket):
    """At each line that cannot be had as it is: who else has as much."""
    lacking = {line.product_id: line.quantity for line in lines if line.refusal}
    found = where_else(lacking, basket.location) if basket.location else {}
    for line in lines:
        line.elsewhere = said_places(found.get(line.product_id, ()))


def _page(request, *, line_refusal=None, code="", code_refusal=None):
    context = shown_basket(request, request.basket) | {
        "code": code,
        "code_refusal": code_refusal,
        "removed": request.session.pop(REMOVED, None),
    }
    for line in context["lines"]:
        line.typed, line.fault = plain(line.quantity_in_unit), line.refusal
        if line_refusal and line_refusal[0] == line.pk:
            _pk, typed, line.fault = line_refusal
            line.typed = typed or line.typed
    # A change from the page itself asks for the part that it changes.
    part = "contents" if request.htmx else "page"
    return render(request, f"storefront/basket/{part}.html", context)


def _answer(request):
    return _page(request) if request.htmx else redirect("basket")


def _place(request, basket):
    """The basket's location; the chosen one, mostly, and that has its hours at hand."""
    chosen = request.location
    return chosen if chosen and chosen.pk == basket.location_id else basket.location


def _choose_location_first(request, wish):
    request.session[WISH] = {key: wish.get(key, "") for key in ("sku", "quantity", "next")}
    messages.info(request, _("Choose where you will collect; then it goes into your basket."))
    return redirect(f"{LOCATIONS}?{urlencode({'next': reverse('basket_add')})}")


def _add(request, product, wish):
    typed = wish.get("quantity", "")
    back = way_back(request, wish.get("next", ""), product.get_absolute_url())
    try:
        steps = _steps(product, typed) if typed else 1
        _go_where_chosen(request)
        contents.add(request.basket, product, steps)
    except (BasketRefused, NotAStep) as refusal:
        messages.error(request, str(refusal))
        return HttpResponseClientRefresh() if request.htmx else redirect(_with_typed(back, typed))
    # A removed line that is put back shows itself.
    if request.htmx.target == "basket":
        return _page(request)
    messages.success(request, _added(product, steps))
    return redirect(back)


def _go_where_chosen(request):
    """Goods are added at the price that was shown: that of the chosen location."""
    if request.basket.location_id != request.location.pk:
        move_and_say(request, request.location)


def _added(product, steps):
    return format_html(
        '{} <a href="{}">{}</a>',
        _("%(quantity)s × %(product)s is in your basket.")
        % {"quantity": product.format_steps(steps), "product": product.title},
        reverse("basket"),
        _("See the basket"),
    )


def _steps_for_line(request, line, typed):
    if "remove" in request.POST:
        return 0
    if "change" in request.POST:
        return line.quantity + CHANGES.get(request.POST["change"], 0)
    return _steps(line.product, typed, may_be_none=True)


def _steps(product, typed, *, may_be_none=False):
    """How many steps were typed, with a point or a comma. Raises `NotAStep`."""
    try:
        quantity = Decimal(typed.strip().replace(",", "."))
        return 0 if may_be_none and quantity == 0 else product.steps(quantity)
    except InvalidOperation:
        raise NotAStep(typed, product.step, product.unit) from None


def _removed(line):
    """What the link needs that puts a removed line back."""
    return {
        "sku": line.product.sku,
        "title": line.product.title,
        "quantity": plain(line.quantity_in_unit),
    }


def _with_typed(address, typed):
    """The address with the quantity that was refused, so that its field still holds it."""
    path = address.partition("#")[0].partition("?")[0]
    return f"{path}?{urlencode({'quantity': typed})}" if typed else address
