"""What shoppers write about what they bought: written, changed and withdrawn by themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from shop.catalogue.models import Product
from shop.catalogue.reviews.models import ProductReview
from shop.catalogue.reviews.writing import (
    DuplicateReview,
    rewrite_review,
    withdraw_review,
    write_review,
)
from shop.order.bought import has_bought
from storefront.review_form import ReviewForm

REVIEWS_A_PAGE = 20


@never_cache
@require_GET
@login_required
def reviews(request):
    """The account's own reviews, the latest first."""
    mine = ProductReview.objects.filter(user=request.user).select_related("product__image")
    pages = Paginator(mine.order_by("-date_created", "-pk"), REVIEWS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(request, "account/reviews.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def review(request, sku):
    """Write about a product, or change or withdraw what one has written."""
    product = get_object_or_404(Product.objects.on_sale().select_related("image"), upc=sku)
    mine = ProductReview.objects.filter(product=product, user=request.user).first()
    if mine and "withdraw" in request.POST:
        withdraw_review(mine)
        messages.success(request, _("Your review is withdrawn."))
        return redirect(product)
    form = ReviewForm.of(mine, request.POST or None)
    if form.is_valid():
        _save(request, product, mine, form.cleaned_data)
        return redirect(product)
    context = {"product": product, "review": mine, "form": form}
    context["is_bought"] = has_bought(request.user, product)
    return render(request, "account/review.html", context)


def _save(request, product, mine, words):
    try:
        if mine:
            rewrite_review(mine, **words)
        else:
            write_review(product, request.user, **words)
    except DuplicateReview as first:
        # Sent twice, or from two windows: what was sent last is what is meant.
        rewrite_review(first.review, **words)
    messages.success(request, _("Thank you. It is shown once we have read it."))
