"""What lists of products are narrowed down to and ordered by, in the query."""

from django import forms
from django.core.validators import RegexValidator
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters

from shop.api.prices import offered_by, priced, quoted, told
from shop.catalogue.finding.search import find, in_order
from shop.catalogue.models import Category, Product
from shop.locations.models import Location

ORDERINGS = {
    "name": ("title", "pk"),
    "-name": ("-title", "-pk"),
    "price": (F("price").asc(nulls_last=True), "pk"),
    "-price": (F("price").desc(nulls_last=True), "-pk"),
    "newest": ("-date_created", "-pk"),
    "rating": (F("rating").desc(nulls_last=True), "pk"),
}
ANSWERS = {"true": True, "1": True, "false": False, "0": False}
TWO_LETTERS = RegexValidator(r"\A[A-Za-z]{2}\Z", _("A country has two letters, as in ES."))


class YesOrNoField(forms.CharField):
    """`true` or `false`; Django's own takes anything else for no answer."""

    def clean(self, value):
        said = super().clean(value).strip().lower()
        if said and said not in ANSWERS:
            raise forms.ValidationError(_("It is true or false."))
        return ANSWERS.get(said)


class CategoryField(forms.CharField):
    def clean(self, value):
        slug = super().clean(value)
        category = slug and Category.objects.browsable().filter(slug=slug).first()
        if slug and not category:
            raise forms.ValidationError(_("There is no such category."))
        return category or None


class LocationField(forms.CharField):
    def clean(self, value):
        reference = super().clean(value)
        location = reference and Location.objects.open_to_shoppers().called(reference).first()
        if reference and not location:
            raise forms.ValidationError(_("There is no such location."))
        return location or None


class YesOrNoFilter(filters.BooleanFilter):
    field_class = YesOrNoField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, widget=forms.TextInput, **kwargs)


class CategoryFilter(filters.CharFilter):
    field_class = CategoryField


class LocationFilter(filters.CharFilter):
    field_class = LocationField


class ProductFilter(filters.FilterSet):
    """Prices and stock speak of the location or the country that is asked about."""

    category = CategoryFilter(
        method="in_category", help_text="A category's slug; what is below it is included."
    )
    min_price = filters.NumberFilter(field_name="price", lookup_expr="gte", min_value=0)
    max_price = filters.NumberFilter(field_name="price", lookup_expr="lte", min_value=0)
    location = LocationFilter(method="as_quoted", help_text="A location's id, slug or name.")
    country = filters.CharFilter(
        method="as_quoted", validators=[TWO_LETTERS], help_text="ISO 3166-1 alpha-2, as in ES."
    )
    in_stock = YesOrNoFilter(method="with_stock")
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in ORDERINGS], method="in_order", empty_label=None
    )

    class Meta:
        model = Product
        fields = []

    def filter_queryset(self, products):
        records = self._records()
        if records is not None:
            products = offered_by(products, records)
        return told(super().filter_queryset(quoted(products, records)))

    def _records(self):
        """The stock records that are asked about, or None for no place in particular."""
        asked = self.form.cleaned_data
        records = priced()
        if asked["location"]:
            records = records.filter(partner_id=asked["location"].pk)
        if asked["country"]:
            records = records.filter(partner__location__country__iexact=asked["country"])
        return records if asked["location"] or asked["country"] else None

    def as_quoted(self, products, _name, _value):
        return products

    def in_category(self, products, _name, category):
        return products.filter(
            pk__in=Product.objects.filter(
                categories__in=category.get_descendants_and_self()
            ).values("pk")
        )

    def with_stock(self, products, _name, wanted):
        return products.filter(free__gt=0) if wanted else products.filter(free__lte=0)

    def in_order(self, products, _name, ordering):
        return products.order_by(*ORDERINGS[ordering])


class SearchFilter(ProductFilter):
    q = filters.CharFilter(
        method="as_quoted", required=True, max_length=200, help_text="What is looked for."
    )

    def filter_queryset(self, products):
        best = find(products, self.form.cleaned_data["q"])
        return super().filter_queryset(in_order(products, best.ids))


class FilterAtLocation(filters.DjangoFilterBackend):
    """The same filters, asked about the location of the address."""

    def get_filterset_kwargs(self, request, queryset, view):
        kwargs = super().get_filterset_kwargs(request, queryset, view)
        data = kwargs["data"].copy()
        data["location"] = view.kwargs.get("reference", "")
        return kwargs | {"data": data}
