from allauth.account import forms
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("Email or username"),
    "password": _("Password"),
    "remember": _("Keep me logged in"),
}


class LoginForm(forms.LoginForm):
    """Says above each field what goes into it, not within."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
