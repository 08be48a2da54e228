"""Asking for the password again, in the form that is sensitive, so that nothing typed is lost."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordInput

from shop.staff import confirmation
from shop.staff.confirmation import NotConfirmed

FIELD = "own_password"


class AsksPassword(forms.Form):
    """A form with `self.request` that wants the password where it was not typed lately."""

    own_password = forms.CharField(
        label=_("Your password"),
        strip=False,
        help_text=_("Asked for again, because this is sensitive."),
        widget=UnfoldAdminPasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Type your password to go on.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # It comes last, and goes where it is not needed.
        field = self.fields.pop(FIELD)
        if self.wants_password():
            self.fields[FIELD] = field

    def wants_password(self):
        return not confirmation.is_recent(self.request)

    def clean_own_password(self):
        try:
            confirmation.confirm(self.request, self.cleaned_data[FIELD])
        except NotConfirmed as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return ""

    def clean(self):
        cleaned = super().clean()
        if FIELD in self.cleaned_data:
            # It was right: whatever else is wrong, it is not asked for once more.
            self.fields.pop(FIELD, None)
        return cleaned


class SensitiveAdmin:
    """An admin whose add and change forms are `AsksPassword`."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"request": request})

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if not self.asks_password(request, obj):
            return fieldsets
        return [*fieldsets, (None, {"fields": [FIELD]})]

    def asks_password(self, request, obj):
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return may and not confirmation.is_recent(request)
