"""What the grid of stock is narrowed down to."""

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Category
from shop.locations.models import Location
from shop.partner.models import Level


class GridFilters(forms.Form):
    """Asked for in an address: what makes no sense is as good as not asked for."""

    q = forms.CharField(
        label=_("Product or SKU"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Product or SKU")}),
    )
    location = forms.ChoiceField(label=_("Location"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.order_by("path"),
        label=_("Category"),
        required=False,
        empty_label=_("All categories"),
    )
    level = forms.ChoiceField(
        label=_("Level"), choices=[("", _("Any level")), *Level.choices], required=False
    )

    def __init__(self, asked, user):
        super().__init__(asked)
        self.locations = list(Location.objects.visible_to(user).order_by("name"))
        self.fields["location"].choices = [
            ("", _("All locations")),
            *((location.code, location.name) for location in self.locations),
        ]
        self.full_clean()

    @property
    def columns(self):
        chosen = self.cleaned_data.get("location")
        return [place for place in self.locations if not chosen or place.code == chosen]

    @property
    def narrows(self):
        return any(self.cleaned_data.values())

    def narrowed(self, products, records):
        """Products that are offered in the columns, at the level that is looked for."""
        here = records.filter(partner__in=[location.pk for location in self.columns])
        here = here.at_level(self.cleaned_data.get("level"))
        products = products.filter(Exists(here.filter(product=OuterRef("pk"))))
        if category := self.cleaned_data.get("category"):
            within = category.get_descendants_and_self()
            products = products.filter(pk__in=within.values("product"))
        if words := self.cleaned_data.get("q"):
            products = products.named(words)
        return products
