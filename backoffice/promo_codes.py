"""Promo codes in one form: the code, what it gives and for what, when, how often."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import Count, F, Max, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display

from backoffice import promo_costs
from backoffice.policy import OfficeAdmin
from backoffice.promo_preview import SaysWhatItDoes
from backoffice.promo_simulator import simulate
from backoffice.promo_switch import CodeDialog, Switches, switching_off, switching_on
from backoffice.promo_terms import FOR, GIVES, TermsForm
from backoffice.site import site
from backoffice.tables import TablesMixin
from shop.imports.models import Kind
from shop.order.given_away import given_away
from shop.voucher import making
from shop.voucher.making import terms_of
from shop.voucher.models import Voucher, VoucherSet

LIMITS = ["max_uses", "max_uses_per_user", "max_uses_per_contact"]
DATES = {"start_datetime": _("Valid from (UTC)"), "end_datetime": _("Valid until (UTC)")}
STATES = {
    "off": (_("off"), "danger"),
    "active": (_("active"), "success"),
    "later": (_("not yet"), "info"),
    "expired": (_("expired"), "danger"),
    "used_up": (_("used up"), "warning"),
}


def state_of(voucher, now):
    if voucher.switched_off_at:
        return "off"
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
        queryset, off = queryset.filter(switched_off_at=None), queryset
        states = {
            "expired": expired,
            "used_up": ~expired & used_up,
            "later": ~expired & ~used_up & later,
            "active": ~expired & ~used_up & ~later,
        }
        if self.value() == "off":
            return off.exclude(switched_off_at=None)
        return queryset.filter(states[self.value()]) if self.value() in states else off


class SetFilter(DropdownFilter):
    """The codes of one set; without one, those that were made singly. A search finds all."""

    title = _("set")
    parameter_name = "set"

    def lookups(self, request, model_admin):
        return [(str(pk), name) for pk, name in VoucherSet.objects.values_list("pk", "name")]

    def queryset(self, request, queryset):
        if self.value() and self.value().isdecimal():
            return queryset.filter(voucher_set=self.value())
        return queryset if request.GET.get("q") else queryset.filter(voucher_set=None)


class PromoCodeForm(TermsForm, forms.ModelForm):
    @property
    def as_voucher(self):
        return self.instance

    class Meta:
        model = Voucher
        fields = ["code", "name", "currency", "start_datetime", "end_datetime", *LIMITS]
        labels = DATES
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

    def clean_max_uses(self):
        return self._at_least("max_uses", self.instance.num_orders)

    def clean_max_uses_per_user(self):
        return self._at_least("max_uses_per_user", self._most_uses_of("user", nobody=None))

    def clean_max_uses_per_contact(self):
        used = self._most_uses_of("contact_digest", nobody="")
        return self._at_least("max_uses_per_contact", used)

    def _at_least(self, field, used):
        most = self.cleaned_data[field]
        if most is not None and most < used:
            raise forms.ValidationError(_("It has been used %(n)d times.") % {"n": used})
        return most

    def _most_uses_of(self, whose, nobody):
        if not self.instance.pk:
            return 0
        held = self.instance.applications.filter(given_back_at=None).exclude(**{whose: nobody})
        counted = held.order_by().values(whose).annotate(n=Count("pk"))
        return counted.aggregate(most=Max("n"))["most"] or 0


@admin.register(Voucher, site=site)
class PromoCodeAdmin(TablesMixin, Switches, SaysWhatItDoes, OfficeAdmin):
    empty = _("No promo code yet. One takes a minute.")
    form = PromoCodeForm
    tables = (Kind.PROMO_CODES,)
    list_display = ["code", "gives", "state", "uses", "cost", "name"]
    actions_list = [*TablesMixin.actions_list, "simulator"]
    actions_detail = ["simulator_of", "switch_off", "switch_on"]
    list_filter = [StateFilter, SetFilter]
    search_fields = ["code", "name"]
    ordering = ["-date_created", "pk"]
    facts = ["state_now", "uses", "cost"]
    fieldsets = [
        (None, {"fields": [("code", "name")]}),
        (_("What it gives"), {"fields": GIVES}),
        (_("What it is for"), {"fields": FOR}),
        (_("When, and how often"), {"fields": ["start_datetime", "end_datetime", *LIMITS]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(*making.TERMS)

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.fieldsets
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": ["code", "voucher_set", "gives", *self.facts]})]
        return [(None, {"fields": [tuple(self.facts)]}), *self.fieldsets]

    def get_readonly_fields(self, request, obj=None):
        return ["code", "voucher_set", "gives", *self.facts] if obj else []

    def has_change_permission(self, request, obj=None):
        # The codes of a set are alike: changing one would change what all of them give.
        of_a_set = obj is not None and obj.voucher_set_id is not None
        return not of_a_set and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        # Orders count its uses. A code is ended by its last day.
        return False

    def save_model(self, request, obj, form, change):
        making.write(obj, form.terms)

    @display(description=_("what it does"))
    def gives(self, voucher):
        return making.said(voucher)

    @display(description=_("state"), label={key: tone for key, (_name, tone) in STATES.items()})
    def state(self, voucher):
        state = state_of(voucher, timezone.now())
        return state, STATES[state][0]

    @display(description=_("state"))
    def state_now(self, voucher):
        return STATES[state_of(voucher, timezone.now())][0]

    @display(description=_("uses"), ordering="num_orders")
    def uses(self, voucher):
        if voucher.max_uses is None:
            return voucher.num_orders
        return _("%(n)d of %(most)d") % {"n": voucher.num_orders, "most": voucher.max_uses}

    @display(description=_("given away"))
    def cost(self, voucher):
        known = getattr(voucher, "given_away", None)
        costs = self.costs_of([voucher.pk]).get(voucher.pk, {}) if known is None else known
        return promo_costs.in_words(costs)

    def get_changelist(self, request, **kwargs):
        return promo_costs.changelist_with(self.costs_of)

    def costs_of(self, keys):
        return given_away(keys)

    def codes_of(self, voucher):
        return Voucher.objects.filter(pk=voucher.pk)

    @switching_off(CodeDialog)
    def switch_off(self, request, form, object_id):
        return self.off(request, form)

    @switching_on(CodeDialog)
    def switch_on(self, request, form, object_id):
        return self.on(request, form)

    @action(description=_("Try codes"), permissions=["view"], icon="science", url_path="try")
    def simulator(self, request):
        context = self.admin_site.each_context(request) | simulate(request)
        return TemplateResponse(request, "backoffice/promo_simulator.html", context)

    @action(description=_("Try it"), permissions=["view"], icon="science", url_path="try-it")
    def simulator_of(self, request, object_id):
        voucher = self.row(request, object_id)
        address = reverse(f"{self.admin_site.name}:voucher_voucher_simulator")
        return HttpResponseRedirect(f"{address}?{urlencode({'codes': voucher.code})}")


def days_of(dated):
    return f"{dated.start_datetime:%-d %b %Y} – {dated.end_datetime:%-d %b %Y}"
