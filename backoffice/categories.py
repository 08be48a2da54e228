from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.policy import OfficeAdmin
from backoffice.site import site
from shop.catalogue.models import Category


class CategoryForm(forms.ModelForm):
    parent = forms.ModelChoiceField(
        Category.objects.order_by("path"),
        label=_("Within"),
        required=False,
        empty_label=_("the shop"),
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Category
        fields = ["name", "description", "is_public"]


@admin.register(Category, site=site)
class CategoryAdmin(OfficeAdmin):
    """Where it stands in the tree is decided when it is made."""

    form = CategoryForm
    list_display = ["branch", "slug", "is_public"]
    ordering = ["path"]
    sortable_by = []
    search_fields = ["name"]

    @display(description=_("category"))
    def branch(self, category):
        return "\N{EM SPACE}" * (category.depth - 1) + category.name

    def get_fields(self, request, obj=None):
        fields = ["name", "description", "is_public"]
        return fields if obj else ["parent", *fields]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if change:
            obj.save()
        elif parent := form.cleaned_data["parent"]:
            parent.add_child(instance=obj)
        else:
            Category.add_root(instance=obj)
