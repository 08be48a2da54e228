"""Reviews, to be read before the shop shows them. Who wrote one is not told."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.formats import linked
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.catalogue.models import Product
from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.models import ProductReview

TONES = {
    ProductReview.FOR_MODERATION: "warning",
    ProductReview.APPROVED: "success",
    ProductReview.REJECTED: "danger",
}
STATES = {
    ProductReview.FOR_MODERATION: _("to be read"),
    ProductReview.APPROVED: _("shown"),
    ProductReview.REJECTED: _("rejected"),
}
MOST_STARS = 5


@admin.register(ProductReview, site=site)
class ReviewAdmin(ReadOnly, OfficeAdmin):
    empty = _("A review waits here until somebody has read it.")
    list_display = ["title", "state", "of_product", "stars", "body", "date_created"]
    list_filter = [("status", ChoicesDropdownFilter)]
    list_select_related = ["product"]
    search_fields = ["title", "product__title", "=product__upc"]
    search_help_text = _("Title, product or SKU")
    ordering = ["status", "-date_created"]
    sortable_by = []
    fields = ["state", "of_product", "stars", "title", "body", "date_created"]
    actions = ["approve", "reject"]

    def visible_to(self, user, rows):
        return rows.filter(product__in=Product.objects.visible_to(user).values("pk"))

    def has_moderate_permission(self, request, obj=None):
        return request.user.has_perm("reviews.change_productreview")

    @display(description=_("state"), label=TONES)
    def state(self, review):
        return review.status, STATES[review.status]

    @display(description=_("product"))
    def of_product(self, review):
        address = reverse("admin:catalogue_product_change", args=[review.product_id])
        return linked(address, review.product.title)

    @display(description=_("stars"))
    def stars(self, review):
        return "★" * review.score + "☆" * (MOST_STARS - review.score)

    @action(description=_("Show in the shop"), permissions=["moderate"])
    def approve(self, request, queryset):
        done = self._decide(request, queryset, moderation.approve, _("shown in the shop"))
        said = ngettext("%(n)d review is shown now.", "%(n)d reviews are shown now.", done)
        messages.success(request, said % {"n": done})

    @action(description=_("Reject"), permissions=["moderate"])
    def reject(self, request, queryset):
        done = self._decide(request, queryset, moderation.reject, _("rejected"))
        said = ngettext("%(n)d review is rejected.", "%(n)d reviews are rejected.", done)
        messages.success(request, said % {"n": done})

    def _decide(self, request, queryset, decide, what):
        decided = [review for review in queryset if decide(review)]
        for review in decided:
            self.log_change(request, review, str(what))
        return len(decided)
