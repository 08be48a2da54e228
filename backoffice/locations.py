from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_territory_currencies
from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelect2Widget

from backoffice.formats import badge
from backoffice.policy import OfficeAdmin, OfficeInline
from backoffice.site import site
from shop.catalogue.units import plain
from shop.locations.hours import open_until
from shop.locations.models import ClosedDay, Location, OpeningHours
from shop.shipping.models import DeliveryRate

ENGLISH = Locale("en")
COUNTRIES = [code for code in ENGLISH.territories if len(code) == 2 and code.isalpha()]


NOT_CHOSEN = ("", "–")


def countries():
    names = ((ENGLISH.territories[code], code) for code in COUNTRIES)
    return [NOT_CHOSEN, *((code, f"{name} ({code})") for name, code in sorted(names))]


def zones():
    return [NOT_CHOSEN, *((name, name.replace("_", " ")) for name in sorted(available_timezones()))]


def currencies():
    """What is tender somewhere today."""
    tender = {code for country in COUNTRIES for code in get_territory_currencies(country)}
    named = ((code, f"{code} – {ENGLISH.currencies[code]}") for code in sorted(tender))
    return [NOT_CHOSEN, *named]


class LocationForm(forms.ModelForm):
    country = forms.ChoiceField(
        label=_("Country"), choices=countries, widget=UnfoldAdminSelect2Widget
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, widget=UnfoldAdminSelect2Widget
    )
    currency = forms.ChoiceField(
        label=_("Currency"), choices=currencies, widget=UnfoldAdminSelect2Widget
    )

    class Meta:
        model = Location
        fields = [
            "name",
            "vat_rate",
            "users",
            "city",
            "street",
            "postcode",
            "phone",
            "preparation_minutes",
            "last_orders_at",
            "pickup_days",
            "reminder_after_days",
            "final_notice_days_before_end",
            "uncollected_policy",
            "delivers",
            "is_active",
            "legal_name",
            "tax_number",
        ]
        labels = {"users": _("People who work here")}
        help_texts = {
            "users": _("They see this location's orders and stock."),
            "legal_name": _("Who sells here, as invoices name it."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = True


class HoursInline(OfficeInline):
    model = OpeningHours
    fields = ["weekday", "opens", "closes"]
    verbose_name_plural = _("Opening hours (past midnight: until 23:59, and on from 00:00)")


class ClosedDaysInline(OfficeInline):
    model = ClosedDay
    fields = ["date", "reason"]


class RateForm(forms.ModelForm):
    country = forms.ChoiceField(label=_("to"), choices=countries, widget=UnfoldAdminSelect2Widget)

    class Meta:
        model = DeliveryRate
        fields = ["name", "up_to_grams", "price"]


class RatesInline(OfficeInline):
    """Prices are in the location's currency and include its VAT."""

    model = DeliveryRate
    form = RateForm
    fields = ["country", "name", "up_to_grams", "price"]


@admin.register(Location, site=site)
class LocationAdmin(OfficeAdmin):
    form = LocationForm
    inlines = [HoursInline, ClosedDaysInline, RatesInline]
    list_display = ["name", "place", "currency", "vat", "now", "is_active"]
    search_fields = ["name", "city", "code"]
    autocomplete_fields = ["users"]
    fieldsets = [
        (None, {"fields": [("name", "code"), "is_active"]}),
        (_("Address"), {"fields": [("street", "postcode"), ("city", "country"), "phone"]}),
        (
            _("Selling"),
            {"fields": [("currency", "vat_rate"), "timezone", "delivers"]},
        ),
        (
            _("Collecting"),
            {
                "fields": [
                    ("preparation_minutes", "last_orders_at"),
                    ("pickup_days", "uncollected_policy"),
                    ("reminder_after_days", "final_notice_days_before_end"),
                ]
            },
        ),
        (_("On invoices"), {"fields": [("legal_name", "tax_number")]}),
        (_("People"), {"fields": ["users"]}),
    ]

    # Its code, the short name in its address, is made from its name.
    add_fieldsets = [(None, {"fields": ["name", "is_active"]}), *fieldsets[1:]]

    def visible_to(self, user, rows):
        return rows & Location.objects.visible_to(user)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("hours", "closed_days")

    def get_readonly_fields(self, request, obj=None):
        # Prices and orders are written in the currency.
        return ["code", "currency"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return False

    @display(description=_("place"), ordering="city")
    def place(self, location):
        return f"{location.city}, {location.country_name}"

    @display(description=_("VAT"), ordering="vat_rate")
    def vat(self, location):
        return f"{plain(location.vat_rate * 100)} %"

    @display(description=_("now"))
    def now(self, location):
        until = open_until(location)
        if until is None:
            return badge(_("closed"))
        return badge(_("open until %s") % f"{until:%H:%M}", "good")
