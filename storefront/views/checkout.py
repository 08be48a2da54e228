"""From the basket to the order, on one page."""

from django.contrib import messages
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
from shop.voucher.promo_codes import PromoCodeRefused
from storefront import agreement
from storefront.forms import TEST_CARDS, CheckoutForm
from storefront.views.basket import shown_basket


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request):
    if request.method == "POST":
        return _submitted(request)
    return _page(request, CheckoutForm.prefilled(request.user, _typed_before(request.basket)))


def _typed_before(basket):
    """What a guest typed for the order that a failed payment turned back into this basket."""
    if basket.predecessor_id is None:
        return None
    failed = {"order__basket": basket.predecessor_id, "order__status": Status.CANCELLED}
    return Contact.objects.filter(**failed).first()


def _submitted(request):
    """Order once: sent again, by whatever way, the form leads to the order that it made."""
    agreed = agreement.read(request.POST.get("agreement", ""))
    basket = agreed and _agreed_basket(request, agreed)
    order = order_of(basket) if basket and basket.status != Basket.OPEN else None
    if order:
        return _to_order(request, order)
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    if basket is None:
        form.add_error(None, str(BasketChanged()))
        return _page(request, form)
    return _order(request, form, basket, agreed.total)


def _agreed_basket(request, agreed):
    """The basket that a form names, if it is this shopper's, be it ordered meanwhile."""
    basket = Basket.objects.select_related("location").filter(pk=agreed.basket_pk).first()
    if basket is None:
        return None
    mine = is_mine(request, basket) or visible_orders(request).filter(basket=basket).exists()
    return basket if mine else None


def _order(request, form, basket, agreed_total):
    try:
        order = place_order(
            basket,
            form.contact,
            form.payment,
            user=request.user if request.user.is_authenticated else None,
            agreed_total=agreed_total,
        )
    except BasketEmpty as refusal:
        messages.error(request, str(refusal))
        return redirect("basket")
    except PaymentRefused as refusal:
        form.add_error("card", str(refusal))
    except LinesRefused:
        form.add_error(None, _("Some of it cannot be had as it is. Change it in your basket."))
    except (CannotOrder, PromoCodeRefused) as refusal:
        form.add_error(None, str(refusal))
    else:
        return _to_order(request, order)
    return _page(request, form)


def _to_order(request, order):
    remember_order(request, order)
    return redirect("order", order.number)


def _page(request, form):
    basket = request.basket
    shown = shown_basket(request, basket)
    if not shown["lines"] or (not shown["can_order"] and not form.is_bound):
        return redirect("basket")
    context = shown | {
        "form": form,
        "cards": TEST_CARDS,
        "chosen_card": form["card"].value(),
        "agreement": agreement.sign(basket),
    }
    return render(request, "storefront/checkout/page.html", context)
