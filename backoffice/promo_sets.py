"""Sets of single-use promo codes: made at once, handed out as a list."""

import csv

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice import promo_costs
from backoffice.formats import badge, linked
from backoffice.passwords import FIELD, AsksPassword, SensitiveAdmin, sensitive_download
from backoffice.policy import OfficeAdmin
from backoffice.promo_codes import DATES, STATES, days_of
from backoffice.promo_preview import SaysWhatItDoes
from backoffice.promo_switch import SetDialog, Switches, switching_off, switching_on
from backoffice.promo_terms import FOR, GIVES, TermsForm
from backoffice.site import site
from shop.order.given_away import given_away_by_set
from shop.voucher import making, sets
from shop.voucher.models import Voucher, VoucherSet


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
        if "start_datetime" in self.fields:
            self.initial.setdefault("start_datetime", timezone.now())
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
    def as_voucher(self):
        """One of its codes, with what of it is decided yet."""
        found = self.cleaned_data
        return Voucher(
            currency=found.get("currency", ""),
            start_datetime=found.get("start_datetime"),
            end_datetime=found.get("end_datetime"),
            max_uses=1,
        )

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


def _yes(is_so):
    return "yes" if is_so else "no"


def _state_of(printed, now):
    if not printed.is_on:
        return "off"
    if printed.end_datetime < now:
        return "expired"
    if printed.codes_used >= printed.count:
        return "used_up"
    return "later" if printed.start_datetime > now else "active"


@admin.register(VoucherSet, site=site)
class PromoSetAdmin(SensitiveAdmin, Switches, SaysWhatItDoes, OfficeAdmin):
    empty = _("No set yet. One makes hundreds of codes at once, each used once.")
    add_label = _("Make a set of promo codes")
    form = PromoSetForm
    list_display = ["name", "gives", "state", "codes", "uses", "cost"]
    search_fields = ["name"]
    actions_detail = ["codes_as_csv", "switch_off", "switch_on"]
    facts = ["name", "gives", "state", "codes", "uses", "cost", "valid"]
    fieldsets = [
        (None, {"fields": ["name", ("count", "prefix_of_codes")]}),
        (_("What each gives"), {"fields": GIVES}),
        (_("What it is for"), {"fields": FOR}),
        (_("When"), {"fields": ["start_datetime", "end_datetime"]}),
    ]

    def get_queryset(self, request):
        # One code of a set speaks for all of them.
        codes = Voucher.objects.filter(voucher_set=OuterRef("pk")).order_by()
        first = Subquery(codes.order_by("pk").values("pk")[:1])
        used = codes.filter(num_orders__gt=0).values("voucher_set").annotate(n=Count("pk"))
        rows = super().get_queryset(request)
        speakers = Voucher.objects.filter(pk__in=rows.values(first=first))
        with_terms = speakers.prefetch_related(*making.TERMS)
        return rows.annotate(
            codes_used=Coalesce(Subquery(used.values("n")), 0),
            is_on=Exists(codes.filter(switched_off_at=None)),
        ).prefetch_related(Prefetch("vouchers", with_terms, to_attr="speakers"))

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

    def response_add(self, request, obj, post_url_continue=None):
        said = _("%(n)d codes are made. Download them to hand them out.")
        messages.success(request, said % {"n": obj.count})
        return self.back_to(request, obj)

    def preview(self, request):
        # A password is looked at once, when the form is sent, and not at each letter of it.
        request.POST = request.POST.copy()
        request.POST.pop(FIELD, None)
        return super().preview(request)

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
        writer.writerow(["code", "used", "off"])
        rows = printed.vouchers.order_by("pk").values_list("code", "num_orders", "switched_off_at")
        # Letters, digits and dashes behind one of those: no cell is a formula.
        writer.writerows([code, _yes(uses), _yes(off)] for code, uses, off in rows.iterator())
        return answer

    @display(description=_("what each does"))
    def gives(self, printed):
        return making.said(printed.speakers[0]) if printed.speakers else ""

    @display(description=_("codes"), ordering="count")
    def codes(self, printed):
        address = reverse("admin:voucher_voucher_changelist")
        return linked(f"{address}?set={printed.pk}", printed.count)

    @display(description=_("state"))
    def state(self, printed):
        return badge(*STATES[_state_of(printed, timezone.now())])

    @display(description=_("used"), ordering="codes_used")
    def uses(self, printed):
        return _("%(n)d of %(most)d") % {"n": printed.codes_used, "most": printed.count}

    @display(description=_("given away"))
    def cost(self, printed):
        known = getattr(printed, "given_away", None)
        costs = self.costs_of([printed.pk]).get(printed.pk, {}) if known is None else known
        return promo_costs.in_words(costs)

    def get_changelist(self, request, **kwargs):
        return promo_costs.changelist_with(self.costs_of)

    def costs_of(self, keys):
        return given_away_by_set(keys)

    def codes_of(self, printed):
        return printed.vouchers.all()

    @switching_off(SetDialog)
    def switch_off(self, request, form, object_id):
        return self.off(request, form)

    @switching_on(SetDialog)
    def switch_on(self, request, form, object_id):
        return self.on(request, form)

    @display(description=_("valid"), ordering="end_datetime")
    def valid(self, printed):
        return days_of(printed)
