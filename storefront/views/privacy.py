"""What the shop holds on a shopper: told, taken along, erased, and who of the staff looked."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shop.contacts.models import Reveal
from shop.order.access import visible_orders
from shop.privacy.erasure import CannotErase, blocking_orders, erase_account, erase_contact
from shop.privacy.export import hand_out
from storefront.forms import PasswordForm

LOOKS = 50


@never_cache
@require_GET
@login_required
def your_data(request):
    return _page(request)


@never_cache
@require_POST
@login_required
def download(request):
    """Everything the shop holds on the account, as a file."""
    form = _asked(request, "download")
    if not form.is_valid():
        return _page(request, download_form=form)
    response = HttpResponse(hand_out(request.user), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="magpie-my-data.json"'
    return response


@never_cache
@require_POST
@login_required
def close_account(request):
    form = _asked(request, "close")
    if not form.is_valid():
        return _page(request, close_form=form)
    try:
        erase_account(request.user)
    except CannotErase as refusal:
        form.add_error(None, str(refusal))
        return _page(request, close_form=form)
    logout(request)
    messages.success(request, _("Your account is closed, and your personal data is erased."))
    return redirect("/")


@never_cache
@require_POST
def erase_order_contact(request, number):
    """Whoever may see a finished order, a guest by their signed link too, erases who it was for."""
    key = request.POST.get("key", "")
    order = get_object_or_404(visible_orders(request, key), number=number)
    try:
        erase_contact(order)
    except CannotErase as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your contact data of this order is erased."))
    return redirect(f"{reverse('order', args=[number])}{f'?key={key}' if key else ''}")


def _asked(request, prefix):
    """The form with the password that was typed; after too many, none is looked at."""
    if ratelimit.consume(request, action="reauthenticate", user=request.user):
        return PasswordForm(request.user, request.POST, prefix=prefix)
    form = PasswordForm(request.user, {}, prefix=prefix)
    too_many = _("Too many attempts. Wait a minute and try again.")
    form.errors["password"] = form.error_class([too_many])
    return form


def _page(request, *, download_form=None, close_form=None):
    looks = Reveal.objects.filter(order__user=request.user).select_related("order__location")
    context = {
        "download_form": download_form or PasswordForm(request.user, prefix="download"),
        "close_form": close_form or PasswordForm(request.user, prefix="close"),
        "looks": looks[:LOOKS],
        "blocking": blocking_orders(request.user),
        "works_here": request.user.is_staff,
    }
    return render(request, "account/your_data.html", context)
