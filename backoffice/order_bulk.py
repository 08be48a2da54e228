"""What is done with many orders at once: made ready, and printed to fetch and to pack."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from backoffice.audit import opened
from backoffice.order_list import against_promise
from backoffice.saved_views import kept, list_address
from shop.order import lifecycle
from shop.order.models import Status
from shop.order.statuses import InvalidTransition, may_become

# As many as somebody carries together, and more than a list shows on a page.
MOST = 200


class BulkOrders:
    """The actions of the orders' list."""

    actions = ["make_ready", "print_pick_list", "print_packing_slips"]

    @action(description=gettext_lazy("Mark ready"), permissions=["handle"])
    def make_ready(self, request, queryset):
        """Says what would happen first; what is sent back from there is done."""
        if not (orders := self._few(request, queryset)):
            return None
        if "agreed" in request.POST:
            return self._make_ready(request, orders)
        return TemplateResponse(
            request, "backoffice/ready_many.html", self._question(request, orders)
        )

    @action(description=gettext_lazy("Print pick list"), permissions=["view"])
    def print_pick_list(self, request, queryset):
        return self._paper(request, queryset, "admin:order_pick_list")

    @action(description=gettext_lazy("Print packing slips"), permissions=["view"])
    def print_packing_slips(self, request, queryset):
        return self._paper(request, queryset, "admin:order_packing_slips")

    def _few(self, request, queryset):
        orders = list(queryset.prefetch_related("lines")[: MOST + 1])
        if len(orders) <= MOST:
            return orders
        messages.error(request, _("Choose %(n)d orders at most.") % {"n": MOST})
        return []

    def _question(self, request, orders):
        able, unable = [], []
        for order in orders:
            (able if may_become(order, Status.READY) else unable).append(order)
        return {
            **self.admin_site.each_context(request),
            "title": _("Ready to be collected?"),
            "opts": self.opts,
            "able": [_told(order) for order in able],
            "back": request.GET.urlencode(),
            "unable": [str(InvalidTransition(order, Status.READY)) for order in unable],
        }

    def _make_ready(self, request, orders):
        ready = []
        for order in map(opened, orders):
            try:
                lifecycle.mark_ready(order, actor=request.user)
            except InvalidTransition as refusal:
                messages.error(request, str(refusal))
            else:
                self.log_change(request, order, _("made ready"))
                ready.append(order.number)
        if ready:
            said = ngettext(
                "%(n)d order is ready: %(which)s.", "%(n)d orders are ready: %(which)s.", len(ready)
            )
            messages.success(request, said % {"n": len(ready), "which": ", ".join(ready)})
        return HttpResponseRedirect(
            f"{list_address(self)}?{kept(QueryDict(request.POST.get('back')))}"
        )

    def _paper(self, request, queryset, name):
        if not (orders := self._few(request, queryset)):
            return None
        chosen = urlencode({"orders": ",".join(str(order.pk) for order in orders)})
        return HttpResponseRedirect(f"{reverse(name)}?{chosen}")


def _told(order):
    lines = [line for line in order.lines.all() if line.steps_left]
    return {
        "order": order,
        "promised": against_promise(order),
        "goods": ", ".join(f"{line.left_label} × {line.title}" for line in lines),
    }
