"""What is done with a subscription, each asked for in a dialog first."""

from datetime import datetime, time

from django import forms
from django.contrib import messages
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.dialogs import RowDialog
from backoffice.passwords import AsksPassword
from shop.encryption import decrypt, encrypt
from shop.subscriptions import managing
from shop.subscriptions.managing import IsOff
from shop.subscriptions.models import Subscription

KEPT = "fresh_secret"


def keep_for_next_page(request, subscription, secret):
    """A secret is shown once, on the page that follows; a session is no place for it unsealed."""
    request.session[KEPT] = [str(subscription.pk), encrypt(secret)]


def kept(request, object_id):
    pk, secret = request.session.get(KEPT, ("", ""))
    if pk != object_id:
        return ""
    del request.session[KEPT]
    return decrypt(secret)


class SwitchDialog(RowDialog):
    model = Subscription
    form_before_template = "backoffice/dialogs/subscription.html"

    def facts(self):
        return {"waiting": self.row.n_waiting}


class SecretDialog(AsksPassword, RowDialog):
    model = Subscription
    form_before_template = "backoffice/dialogs/new_secret.html"


class FailedDialog(RowDialog):
    model = Subscription
    form_before_template = "backoffice/dialogs/failed_again.html"
    since = forms.DateField(
        label=_("Events since"),
        help_text=_("The beginning of this day, by UTC."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )

    def __init__(self, request, object_id=None, **kwargs):
        super().__init__(request=request, object_id=object_id, **kwargs)
        first = self.row.webhooks.failed().order_by("pk").first()
        self.initial["since"] = first and first.created_at.date()

    def facts(self):
        return {"failed": self.row.n_failed}

    @property
    def midnight(self):
        return make_aware(datetime.combine(self.cleaned_data["since"], time.min))


class Steps:
    """Gives the subscriptions' admin its actions."""

    def has_step_permission(self, request, object_id=None):
        return request.user.has_perm("subscriptions.change_subscription")

    def has_again_permission(self, request, object_id=None):
        return request.user.has_perm("subscriptions.change_webhook")

    def get_actions_detail(self, request, object_id):
        row = self.row(request, object_id)
        hidden = {"switch_on"} if row.is_on else {"switch_off", "send_failed_again"}
        hidden |= set() if row.n_failed else {"send_failed_again"}
        offered = super().get_actions_detail(request, object_id)
        return [a for a in offered if a.method.original_function_name not in hidden]

    @action(
        description=_("Switch off"),
        permissions=["step"],
        icon="toggle_off",
        dialog={
            "title": _("Switch off?"),
            "form_class": SwitchDialog,
            "form_submit_text": _("Switch off"),
        },
    )
    def switch_off(self, request, form, object_id):
        return self._done(request, form.row, managing.switch_off(form.row), _("It is off."))

    @action(
        description=_("Switch on"),
        permissions=["step"],
        icon="toggle_on",
        dialog={
            "title": _("Switch on again?"),
            "form_class": SwitchDialog,
            "form_submit_text": _("Switch on"),
        },
    )
    def switch_on(self, request, form, object_id):
        return self._done(request, form.row, managing.switch_on(form.row), _("It is on again."))

    @action(
        description=_("New secret"),
        permissions=["step"],
        icon="key",
        dialog={
            "title": _("Make a new secret?"),
            "form_class": SecretDialog,
            "form_submit_text": _("Make it"),
        },
    )
    def new_secret(self, request, form, object_id):
        keep_for_next_page(request, form.row, managing.new_secret(form.row))
        return self._done(request, form.row, True, _("The earlier secret is worth nothing now."))

    @action(
        description=_("Send failed again"),
        permissions=["again"],
        icon="replay",
        dialog={
            "title": _("Send again what has failed?"),
            "form_class": FailedDialog,
            "form_submit_text": _("Send again"),
        },
    )
    def send_failed_again(self, request, form, object_id):
        try:
            n = managing.send_failed_again(form.row, form.midnight)
        except IsOff as refusal:
            messages.error(request, str(refusal))
            return self.back_to(request, form.row)
        said = ngettext("%(n)d event is sent again.", "%(n)d events are sent again.", n)
        return self._done(request, form.row, n, said % {"n": n})

    def _done(self, request, row, was_something, said):
        if was_something:
            self.log_change(request, row, said)
        messages.success(request, said)
        return self.back_to(request, row)
