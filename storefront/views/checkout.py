"""From the basket to the order, on one page."""

from django.contrib import messages
from django.forms.utils import flatatt
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.basket.identity import is_mine
from shop.basket.models import Basket
from shop.checkout.place_order import (
    BasketChanged,
    BasketEmpty,
    CannotOrder,
    LinesRefused,
    order_of,
    place_order,
)
from shop.contacts.models import Contact
from shop.order.access import remember_order, visible_orders
from shop.order.models import Status
from shop.payment.gateways import PaymentRefused
from shop.shipping.rates import CannotDeliver, countries_served
from shop.voucher.promo_codes import PromoCodeRefused
from storefront import agreement
from storefront.forms import LOOK, TEST_CARDS, CheckoutForm
from storefront.sending import sending_of
from storefront.views.basket import shown_basket


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request):
    if request.method == "POST":
        return _submitted(request)
    countries = countries_served(request.basket.location)
    earlier = _typed_before(request.basket)
    form = CheckoutForm.prefilled(request.user, earlier, countries=countries)
    return _page(request, form, countries)


def _typed_before(basket):
    """What a guest typed for the order that a failed payment turned back into this basket."""
    if basket.predecessor_id is None:
        return None
    failed = {"order__basket": basket.predecessor_id, "order__status": Status.CANCELLED}
    contact = Contact.objects.filter(**failed).first()
    return contact if contact and contact.is_readable else None


def _submitted(request):
    """Order once: sent again, by whatever way, the form leads to the order that it made."""
    agreed = agreement.read(request.POST.get("agreement", ""))
    basket = agreed and _agreed_basket(request, agreed)
    countries = countries_served((basket or request.basket).location)
    if "look" in request.POST:
        typed = request.POST.dict()
        return _page(request, CheckoutForm(initial=typed, countries=countries), countries)
    order = order_of(basket) if basket and basket.status != Basket.OPEN else None
    if order:
        return _to_order(request, order)
    form = CheckoutForm(request.POST, countries=countries)
    if form.is_valid() and basket is None:
        form.add_error(None, str(BasketChanged()))
    if form.is_valid() and (answer := _order(request, form, basket, agreed)):
        return answer
    return _page(request, form, countries)


def _agreed_basket(request, agreed):
    """The basket that a form names, if it is this shopper's, be it ordered meanwhile."""
    basket = Basket.objects.select_related("location").filter(pk=agreed.basket_pk).first()
    if basket is None:
        return None
    mine = is_mine(request, basket) or visible_orders(request).filter(basket=basket).exists()
    return basket if mine else None


def _order(request, form, basket, agreed):
    """The answer to whoever has ordered; None where the form says why it was refused."""
    try:
        order = place_order(
            basket,
            form.contact,
            form.payment,
            user=request.user if request.user.is_authenticated else None,
            agreed_total=agreed.total,
            fulfilment=form.chosen_fulfilment,
        )
    except BasketEmpty as refusal:
        messages.error(request, str(refusal))
        return redirect("basket")
    except PaymentRefused as refusal:
        form.add_error("card", str(refusal))
    except LinesRefused:
        form.add_error(None, _("Some of it cannot be had as it is. Change it in your basket."))
    except BasketChanged as refusal:
        form.add_error(None, _another_way(form, agreed) or str(refusal))
    except (CannotOrder, CannotDeliver, PromoCodeRefused) as refusal:
        form.add_error(None, str(refusal))
    else:
        return _to_order(request, order)
    return None


def _another_way(form, agreed):
    """What to say where not the basket has changed, but how it gets to the shopper."""
    if form.is_delivery and agreed.way != form.way:
        return _("The total has delivery in it now. Look it over and order again.")
    if agreed.way and not form.is_delivery:
        return _("The total is without delivery now. Look it over and order again.")
    return ""


def _to_order(request, order):
    remember_order(request, order)
    return redirect("order", order.number)


def _page(request, form, countries):
    basket = request.basket
    shown = shown_basket(request, basket)
    if not shown["lines"] or (not shown["can_order"] and not form.is_bound):
        return redirect("basket")
    sending = sending_of(basket, form, countries)
    total = basket.total_incl_tax + sending.price
    context = shown | {
        "form": form,
        "cards": TEST_CARDS,
        "chosen_card": form["card"].value(),
        "delivers": bool(countries),
        "sending": sending,
        "look": flatatt(LOOK),
        "total": total,
        "tax": shown["tax"] + sending.tax(basket.location.vat_rate),
        "agreement": agreement.sign(basket, total, sending.way),
    }
    return render(request, "storefront/checkout/page.html", context)
