"""An account's own pages: what there is, who one is, what one waits for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from shop.catalogue.reviews.models import ProductReview
from shop.customer.models import User
from shop.inventory import back_in_stock
from shop.order.models import Order
from shop.wishlists.wishes import wishes_of
from storefront.profile_form import ProfileForm

LATEST_ORDERS = 3


@never_cache
@require_GET
@login_required
def account(request):
    user = request.user
    orders = Order.objects.of_shopper(user).select_related("location").order_by("-date_placed")
    context = {
        "orders": orders[:LATEST_ORDERS],
        "wishes": wishes_of(user).count(),
        "reviews": ProductReview.objects.filter(user=user).count(),
        "alerts": back_in_stock.waiting_for(user).count(),
    }
    return render(request, "account/home.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def profile(request):
    # A copy: what was typed and refused is nobody's name in the page's frame.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(request, "account/profile.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def alerts(request):
    """What somebody wants to hear of when it is back; POST takes one off."""
    if request.method == "POST":
        pk = request.POST.get("request", "")
        if pk.isdecimal() and back_in_stock.give_up(request.user, pk):
            messages.success(request, _("You are off the list. We will not write to you about it."))
        return redirect("alerts")
    waiting = back_in_stock.waiting_for(request.user)
    return render(request, "account/alerts.html", {"alerts": waiting})
