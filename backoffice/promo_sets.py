"""Sets of single-use promo codes: made at once, handed out as a list."""

import csv

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.formats import linked
from backoffice.passwords import AsksPassword, SensitiveAdmin, sensitive_download
from backoffice.policy import OfficeAdmin
from backoffice.promo_codes import DATES, days_of, said_of
from backoffice.promo_terms import FOR, GIVES, TermsForm
from backoffice.site import site
from shop.voucher import making, sets
from shop.voucher.models import Voucher, VoucherSet

USED = Q(vouchers__num_orders__gt=0)


class PromoSetForm(AsksPassword, TermsForm, forms.ModelForm):
    prefix_of_codes = forms.CharField(
        label=_("Codes begin with"),
        required=False,
        max_length=16,
        help_text=_("As in AUTUMN-K7QX-4TZ9-H2MB. May be empty."),
        widget=UnfoldAdminTextInputWidget,
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        help_text=_("What its amounts are in; empty for codes that work in any."),
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = VoucherSet
        fields = ["name", "count", "start_datetime", "end_datetime"]
        labels = DATES | {"count": _("How many codes")}
        help_texts = {"name": _("What shoppers read beside the discount.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "count" in self.fields:
            self.fields["count"].validators += [MinValueValidator(1), MaxValueValidator(sets.MOST)]

    def clean_prefix_of_codes(self):
        prefix = self.cleaned_data["prefix_of_codes"].strip().upper()
        sets.prefix_fits(prefix)
        return prefix

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("start_datetime"), cleaned.get("end_datetime")
        if starts and ends and starts >= ends:
            self.add_error("end_datetime", ValidationError(_("It ends before it begins.")))
        return cleaned

    @property
    def order(self):
        found = self.cleaned_data
        return sets.Print(
            name=found["name"],
            count=found["count"],
            starts_at=found["start_datetime"],
            ends_at=found["end_datetime"],
            prefix=found["prefix_of_codes"],
            currency=found["currency"],
        )


@admin.register(VoucherSet, site=site)
class PromoSetAdmin(SensitiveAdmin, OfficeAdmin):
    form = PromoSetForm
    list_display = ["name", "gives", "codes", "used", "valid"]
    search_fields = ["name"]
    actions_detail = ["codes_as_csv"]
    facts = ["name", "gives", "codes", "used", "valid"]
    fieldsets = [
        (None, {"fields": ["name", ("count", "prefix_of_codes")]}),
        (_("What each gives"), {"fields": GIVES}),
        (_("What it is for"), {"fields": FOR}),
        (_("When"), {"fields": ["start_datetime", "end_datetime"]}),
    ]

    def get_queryset(self, request):
        # One code of a set speaks for all of them.
        speakers = Voucher.objects.order_by("voucher_set_id", "pk").distinct("voucher_set_id")
        rows = super().get_queryset(request).annotate(uses=Count("vouchers", filter=USED))
        with_terms = speakers.prefetch_related(*making.TERMS)
        return rows.prefetch_related(Prefetch("vouchers", with_terms, to_attr="speakers"))

    def get_fieldsets(self, request, obj=None):
        if obj:
            return [(None, {"fields": self.facts})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        return self.facts if obj else []

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_download_permission(self, request, object_id=None):
        # Who may make codes may have them: each of them is worth money.
        return self.has_add_permission(request)

    def save_model(self, request, obj, form, change):
        obj.pk = sets.make_set(form.order, form.terms).pk

    @action(
        description=_("Download the codes"),
        permissions=["download"],
        icon="download",
        url_path="codes",
    )
    @sensitive_download
    def codes_as_csv(self, request, object_id):
        printed = self.row(request, object_id)
        name = slugify(printed.name) or "codes"
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        answer = HttpResponse(content_type="text/csv", headers=headers)
        writer = csv.writer(answer)
        writer.writerow(["code", "used"])
        # Letters, digits and dashes behind one of those: no cell is a formula.
        for code, uses in printed.vouchers.order_by("pk").values_list("code", "num_orders"):
            writer.writerow([code, "yes" if uses else "no"])
        return answer

    @display(description=_("what each does"))
    def gives(self, printed):
        return said_of(printed.speakers[0]) if printed.speakers else ""

    @display(description=_("codes"), ordering="count")
    def codes(self, printed):
        address = reverse("admin:voucher_voucher_changelist")
        return linked(f"{address}?set={printed.pk}", printed.count)

    @display(description=_("used"), ordering="uses")
    def used(self, printed):
        return _("%(n)d of %(most)d") % {"n": printed.uses, "most": printed.count}

    @display(description=_("valid"), ordering="end_datetime")
    def valid(self, printed):
        return days_of(printed)
