"""Many products called low below a number, in one go."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from backoffice.stock_dialogs import QUANTITY, steps_of
from shop.audit.trail import change_of, record_all
from shop.inventory import low_stock
from shop.partner.models import OVERSUPPLIED_TIMES, StockRecord

# What the page shows of a choice that may be the whole list.
SHOWN = 50
MOST = 5000


class ThresholdForm(forms.Form):
    low_below = forms.DecimalField(
        label=gettext_lazy("Low below"), required=False, min_value=0, **QUANTITY
    )

    def __init__(self, records, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.records = records

    def clean(self):
        """The number in each product's own steps; one that does not fit keeps all as they were."""
        below, self.thresholds = self.cleaned_data.get("low_below"), {}
        for record in self.records:
            try:
                steps = steps_of(record.product, below) if below else below
            except forms.ValidationError as refusal:
                self.add_error("low_below", f"{record.product.title}: {refusal.messages[0]}")
                break
            self.thresholds[record.pk] = steps if steps is None else int(steps)

    @property
    def changes(self):
        """Which records it makes other than they were, and how."""
        field = StockRecord._meta.get_field("low_stock_threshold")
        was = {record: record.low_stock_threshold for record in self.records}
        return [
            (record, [change_of(field, before, self.thresholds[record.pk])])
            for record, before in was.items()
            if before != self.thresholds[record.pk]
        ]


class BulkThresholds:
    """An action of a list whose rows lead to stock: `stock_records` says to which."""

    def has_thresholds_permission(self, request):
        return request.user.has_perm("partner.change_stockrecord")

    @action(description=gettext_lazy("Set low-stock threshold"), permissions=["thresholds"])
    def call_low_below(self, request, queryset):
        """Asks first; what is sent back from there is done."""
        records = self.stock_records(request, queryset).select_related("product", "partner")
        records = list(records.order_by("product__title", "pk")[: MOST + 1])
        if len(records) > MOST:
            messages.error(request, _("Choose %(n)d rows at most.") % {"n": MOST})
            return None
        sent = "agreed" in request.POST
        form = ThresholdForm(records, request.POST if sent else None)
        if sent and form.is_valid():
            return self._set(request, form)
        return TemplateResponse(
            request, "backoffice/thresholds.html", self._question(request, form)
        )

    def _set(self, request, form):
        thresholds = form.thresholds
        with transaction.atomic():
            low_stock.set_thresholds(thresholds)
            record_all(form.changes, request.user)
        said = ngettext("%(n)d threshold is set.", "%(n)d thresholds are set.", len(thresholds))
        messages.success(request, said % {"n": len(thresholds)})

    def _question(self, request, form):
        return {
            **self.admin_site.each_context(request),
            "title": _("When is it low?"),
            "opts": self.opts,
            "form": form,
            "records": [_told(record) for record in form.records[:SHOWN]],
            "of": len(form.records),
            "more": max(0, len(form.records) - SHOWN),
            "chosen": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
            "times": OVERSUPPLIED_TIMES,
        }


def _told(record):
    product, threshold = record.product, record.low_stock_threshold
    return {
        "product": product,
        "location": record.partner.name,
        "free": product.format_steps(record.net_stock_level),
        "now": "" if threshold is None else product.format_steps(threshold),
    }
