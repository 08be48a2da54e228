"""The page that an invitation's link leads to: a name, a password, and one works here."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import BaseUserCreationForm
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from shop.customer.models import User
from shop.staff import invitations
from shop.staff.invitations import InvitationRefused, LogInFirst
from shop.staff.people import PeopleRefused


class JoiningForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username"]
        labels = {"username": _("Your name here")}
        help_texts = {
            "username": _(
                "Colleagues see it, and you can log in with it. Letters, digits, @ . + - _"
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("At least 8 characters that nobody guesses.")
        self.fields["password2"].help_text = ""


@never_cache
@sensitive_post_parameters("password1", "password2")
def join(request, token):
    try:
        invitation = invitations.find(token)
        if request.method == "POST":
            return _accept(request, token, invitation)
        form = None if _has_account(request, invitation) else JoiningForm()
        return _page(request, invitation=invitation, form=form)
    except (InvitationRefused, PeopleRefused) as refusal:
        return _page(request, refusal=refusal, status=410)


def _has_account(request, invitation):
    """Whether whoever asks is logged in with the account that the invitation is for."""
    user = request.user
    if user.is_authenticated and user.email.casefold() == invitation.email.casefold():
        return True
    if invitations.has_account(invitation):
        raise LogInFirst
    return False


def _accept(request, token, invitation):
    if _has_account(request, invitation):
        invitations.accept_as(token, request.user)
        return _welcome(request, request.user)
    form = JoiningForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation=invitation, form=form)
    chosen = form.cleaned_data
    person = invitations.accept(token, username=chosen["username"], password=chosen["password1"])
    return _welcome(request, person)


def _welcome(request, person):
    login(request, person)
    record_authentication(request, person, method="password")
    messages.success(request, _("Welcome! This is where you work from now on."))
    to_cms = not person.is_staff
    return HttpResponseRedirect(reverse("wagtailadmin_home" if to_cms else "admin:index"))


def _page(request, *, status=200, **context):
    context["needs_login"] = isinstance(context.get("refusal"), LogInFirst)
    return render(request, "backoffice/joining.html", context, status=status)
