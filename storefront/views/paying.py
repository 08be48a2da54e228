"""A payment that waits for its shopper: the bank asks for a yes."""

from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shop.payment.gateways import NoAnswer, gateway_for, simulated
from shop.payment.models import PaymentStatus
from shop.payment.offered import STRIPE
from shop.payment.telling import telling_payment
from storefront.views.orders import address_for, own_order

SAYS = {"confirm": simulated.confirm, "decline": simulated.decline}


@require_POST
def order_confirm(request, number):
    """What a shopper says to the simulated bank. A real one asks on pages of its own."""
    order = own_order(request, number)
    payment = telling_payment(order)
    say = SAYS.get(request.POST.get("answer"))
    if say is None or payment is None or payment.method != "simulated":
        raise Http404
    say(payment)
    return redirect(address_for(request, order))


@never_cache
@require_POST
def order_bank(request, number):
    """What lets Stripe's script show the bank's question, for those who may see the order."""
    payment = telling_payment(own_order(request, number))
    if payment is None or payment.method != STRIPE:
        raise Http404
    if payment.status != PaymentStatus.REQUIRES_ACTION:
        return JsonResponse({"waits": False})
    try:
        secret = gateway_for(payment.method).client_secret(payment)
    except NoAnswer:
        return JsonResponse({"waits": True}, status=503)
    return JsonResponse({"waits": True, "client_secret": secret})
