from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from shop.customer.models import User


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name", "username")
        labels = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "username": _("Username"),
        }
        help_texts = {
            "first_name": _("It stands beside what you write about products."),
            "last_name": "",
            "username": _("You can log in by it instead of your email address."),
        }
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "given-name"}),
            "last_name": forms.TextInput({"autocomplete": "family-name"}),
            "username": forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
        }
        error_messages = {"username": {"required": _("Type a username.")}}

    def clean_username(self):
        """One's own name in other capitals is no other person's; allauth knows the rest."""
        typed = self.cleaned_data["username"]
        before = User.objects.get(pk=self.instance.pk).username
        return typed if typed.lower() == before.lower() else get_adapter().clean_username(typed)
