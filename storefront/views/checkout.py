"""From the basket to the order, on one page."""

from django.conf import settings
from django.contrib import messages
from django.forms.utils import flatatt
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.basket import discounts
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
from shop.client_address import client_address
from shop.order.access import remember_order, visible_orders
from shop.order.models import Ending, Order, Status
from shop.payment.gateways import CannotCharge, PaymentRefused
from shop.payment.gateways.minor_units import to_minor
from shop.payment.offered import card_method
from shop.payment.telling import telling_payment
from shop.shipping.rates import CannotDeliver, countries_served
from shop.voucher.promo_codes import PromoCodeRefused
from storefront import agreement, order_states
from storefront.cards import TEST_CARDS
from storefront.forms import LOOK, CheckoutForm
from storefront.sending import sending_of
from storefront.views.basket import shown_basket


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request):
    if request.method == "POST":
        return _submitted(request)
    countries = countries_served(request.basket.location)
    failed = _came_back(request)
    form = CheckoutForm.prefilled(request.user, _contact_of(failed), countries=countries)
    return _page(request, form, countries, payment=_failed_payment(failed))


def _came_back(request):
    """The order that came to nothing and whose goods are back in this basket, or None."""
    basket = request.basket
    if basket.pk is None or (basket.predecessor_id is None and basket.owner_id is None):
        return None
    orders = Order.objects.filter(basket__returned_to=basket.pk, status=Status.CANCELLED)
    orders = orders.select_related("contact").prefetch_related("payments", "status_changes")
    return orders.order_by("-date_placed").first()


def _failed_payment(order):
    """The payment that an order came to nothing by, to say why; not where its time was over."""
    if order is None or order_states.ending_of(order) != Ending.PAYMENT_FAILED:
        return None
    return telling_payment(order)


def _contact_of(order):
    """What was typed for an order, if it can still be read."""
    contact = getattr(order, "contact", None)
    return contact if contact and contact.is_readable else None


def _submitted(request):
    """Order once: sent again, by whatever way, the form leads to the order that it made."""
    agreed = agreement.read(request.POST.get("agreement", ""))
    basket = agreed and _agreed_basket(request, agreed)
    countries = countries_served((basket or request.basket).location)
    if "look" in request.POST:
        return _look(request, countries)
    order = order_of(basket) if basket and basket.status != Basket.OPEN else None
    if order:
        return _to_order(request, order)
    if _has_new_code(request):
        return _look(request, countries)
    form = CheckoutForm(request.POST, countries=countries)
    if form.is_valid() and basket is None:
        form.add_error(None, str(BasketChanged()))
    if form.is_valid() and (answer := _order(request, form, basket, agreed)):
        return answer
    return _page(request, form, countries)


def _has_new_code(request):
    """Whether a promo code was typed that was not refused already: it changes the total."""
    code = request.POST.get("code", "").strip()
    return bool(code) and code != request.POST.get("refused_code")


def _look(request, countries):
    """What it comes to as it is filled in so far, with the promo code that was typed, if any."""
    code, refusal = request.POST.get("code", "").strip(), None
    if code and request.basket.pk:
        refusal = _refused(request, code)
    form = CheckoutForm(initial=request.POST.dict(), countries=countries)
    promo = {"code": code if refusal else "", "code_refusal": refusal}
    promo["code_taken"] = code if code and not refusal else ""
    return _page(request, form, countries, **promo)


def _refused(request, code):
    """Put a promo code on the basket; returns why not, or None."""
    try:
        discounts.add_code(request.basket, code, address=client_address(request))
    except PromoCodeRefused as refusal:
        return refusal
    return None


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


def _page(request, form, countries, **also):
    basket = request.basket
    shown = shown_basket(request, basket)
    if not shown["lines"] or (not shown["can_order"] and not form.is_bound):
        return redirect("basket")
    sending = sending_of(basket, form, countries)
    total = basket.total_incl_tax + sending.price
    context = (
        shown
        | also
        | {
            "form": form,
            "method": card_method(),
            "stripe_key": settings.STRIPE_PUBLISHABLE_KEY,
            "cards": TEST_CARDS,
            "chosen_card": form["card"].value(),
            "delivers": bool(countries),
            "sending": sending,
            "look": flatatt(LOOK),
            "total": total,
            "amount": _for_stripe(total, basket.currency),
            "tax": shown["tax"] + sending.tax(basket.location.vat_rate),
            "agreement": agreement.sign(basket, total, sending.way),
        }
    )
    return render(request, "storefront/checkout/page.html", context)


def _for_stripe(total, currency):
    """What Stripe's form is told to expect; nothing where a sum cannot be said to it."""
    try:
        return to_minor(total, currency)
    except CannotCharge:
        return ""
