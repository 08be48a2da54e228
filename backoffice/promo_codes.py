"""Promo codes in one form: the code, what it gives, when, how often."""

from decimal import Decimal

from django import forms
from django.contrib import admin
from django.contrib.admin.options import HORIZONTAL
from django.core.validators import MinValueValidator
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminRadioSelectWidget,
)

from backoffice.policy import OfficeAdmin
from backoffice.site import site
from shop.locations.models import Location
from shop.voucher import making
from shop.voucher.making import Kind, Terms, terms_of
from shop.voucher.models import Voucher

AMOUNT = {
    "max_digits": 12,
    "decimal_places": 2,
    "validators": [MinValueValidator(Decimal("0.01"))],
    "widget": UnfoldAdminDecimalFieldWidget,
}
STATES = {
    "active": (_("active"), "success"),
    "later": (_("not yet"), "info"),
    "expired": (_("expired"), "danger"),
    "used_up": (_("used up"), "warning"),
}


def state_of(voucher, now):
    if voucher.end_datetime < now:
        return "expired"
    if voucher.is_used_up:
        return "used_up"
    return "later" if voucher.start_datetime > now else "active"


class StateFilter(DropdownFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(state, label) for state, (label, _tone) in STATES.items()]

    def queryset(self, request, queryset):
        now = timezone.now()
        expired, later = Q(end_datetime__lt=now), Q(start_datetime__gt=now)
        used_up = Q(max_uses__isnull=False, num_orders__gte=F("max_uses"))
        states = {
            "expired": expired,
            "used_up": ~expired & used_up,
            "later": ~expired & ~used_up & later,
            "active": ~expired & ~used_up & ~later,
        }
        return queryset.filter(states[self.value()]) if self.value() in states else queryset


class PromoCodeForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("It takes"),
        choices=Kind,
        initial=Kind.PERCENT,
        widget=UnfoldAdminRadioSelectWidget(radio_style=HORIZONTAL),
    )
    value = forms.DecimalField(
        label=_("How much"),
        help_text=_("A percentage, or an amount."),
        **AMOUNT,
    )
    min_total = forms.DecimalField(
        label=_("From a total of"),
        required=False,
        help_text=_("Empty for any order."),
        **AMOUNT,
    )

    class Meta:
        model = Voucher
        fields = ["code", "name", "currency", "start_datetime", "end_datetime", "max_uses"]
        labels = {"start_datetime": _("Valid from"), "end_datetime": _("Valid until")}
        help_texts = {
            "code": _("What shoppers type, in capitals or not. It stays."),
            "name": _("What shoppers read beside the discount."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        terms = terms_of(self.instance) if self.instance.pk else None
        if terms:
            self.initial |= vars(terms)
        elif "start_datetime" in self.fields:
            self.initial.setdefault("start_datetime", timezone.now())

    def clean_code(self):
        code = self.cleaned_data["code"].strip().upper()
        if " " in code:
            raise forms.ValidationError(_("A code has no spaces."))
        if Voucher.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a promo code like this already."))
        return code

    def clean_currency(self):
        currency = self.cleaned_data["currency"].strip().upper()
        if currency and not Location.objects.filter(currency=currency).exists():
            raise forms.ValidationError(_("No location sells in this currency."))
        return currency

    def clean_max_uses(self):
        most, used = self.cleaned_data["max_uses"], self.instance.num_orders
        if most is not None and most < used:
            raise forms.ValidationError(_("It has been used %(n)d times.") % {"n": used})
        return most

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Kind.PERCENT and (cleaned.get("value") or 0) > 100:
            self.add_error("value", _("No more than 100 % can be taken off."))
        if cleaned.get("kind") == Kind.FIXED and cleaned.get("currency") == "":
            self.add_error("currency", _("Say what currency the amount is in."))
        return cleaned

    @property
    def terms(self):
        found = self.cleaned_data
        return Terms(Kind(found["kind"]), found["value"], found["min_total"])


@admin.register(Voucher, site=site)
class PromoCodeAdmin(OfficeAdmin):
    form = PromoCodeForm
    list_display = ["code", "gives", "state", "uses", "valid", "name"]
    list_filter = [StateFilter]
    search_fields = ["code", "name"]
    ordering = ["-date_created"]
    fieldsets = [
        (None, {"fields": [("code", "name")]}),
        (_("What it gives"), {"fields": ["kind", "value", "min_total", "currency"]}),
        (_("When, and how often"), {"fields": ["start_datetime", "end_datetime", "max_uses"]}),
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.prefetch_related("offers__benefit", "offers__condition")

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def has_delete_permission(self, request, obj=None):
        # Orders count its uses. A code is ended by its last day.
        return False

    def save_model(self, request, obj, form, change):
        making.write(obj, form.terms)

    @display(description=_("what it does"))
    def gives(self, voucher):
        gives = str(terms_of(voucher) or _("an offer that was made elsewhere"))
        return f"{gives} ({voucher.currency})" if voucher.currency else gives

    @display(description=_("state"), label={key: tone for key, (_name, tone) in STATES.items()})
    def state(self, voucher):
        state = state_of(voucher, timezone.now())
        return state, STATES[state][0]

    @display(description=_("uses"), ordering="num_orders")
    def uses(self, voucher):
        if voucher.max_uses is None:
            return voucher.num_orders
        return _("%(n)d of %(most)d") % {"n": voucher.num_orders, "most": voucher.max_uses}

    @display(description=_("valid"), ordering="end_datetime")
    def valid(self, voucher):
        return f"{voucher.start_datetime:%-d %b %Y} – {voucher.end_datetime:%-d %b %Y}"
