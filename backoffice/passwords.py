"""Asking for the password again, in the form that is sensitive, so that nothing typed is lost."""

from functools import wraps

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from shop.staff import confirmation
from shop.staff.confirmation import NotConfirmed

FIELD = "own_password"


class AsksPassword(forms.Form):
    """A form with `self.request` that wants the password where it was not typed lately."""

    is_always_sensitive = True
    own_password = forms.CharField(
        label=_("Your password"),
        strip=False,
        help_text=_("Asked for again, because this is sensitive."),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Type your password to go on.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # It comes last, and goes where it is not needed.
        self.password_field = self.fields.pop(FIELD)
        if self.is_always_sensitive:
            self.ask_password()

    def ask_password(self):
        """Whether it has to be typed; then the form has a field for it."""
        if confirmation.is_recent(self.request):
            return False
        self.fields[FIELD] = self.password_field
        return True

    def check_password(self):
        """For a form that finds out while it is cleaned that it is sensitive."""
        if self.ask_password():
            try:
                self.cleaned_data[FIELD] = self.password_field.clean(self.data.get(FIELD))
                self.clean_own_password()
            except forms.ValidationError as refusal:
                self.add_error(FIELD, refusal)

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


def sensitive_download(view):
    """A file that is fetched by its address: the password comes first where it was long ago."""

    @wraps(view)
    def guarded(admin, request, *args, **kwargs):
        if confirmation.is_recent(request):
            return view(admin, request, *args, **kwargs)
        return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))

    return guarded
