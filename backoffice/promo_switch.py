"""Switching promo codes off and on again, asked in numbers first."""

from django.contrib import messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from backoffice import promo_costs
from backoffice.dialogs import RowDialog
from backoffice.site import site
from shop.basket.models import Basket
from shop.voucher import promo_codes
from shop.voucher.models import Voucher, VoucherSet


class SwitchDialog(RowDialog):
    form_before_template = "backoffice/dialogs/switch_code.html"

    def facts(self):
        admin = site.get_model_admin(self.model)
        codes = admin.codes_of(self.row)
        return {
            "name": getattr(self.row, "code", self.row.name),
            "is_on": codes.filter(switched_off_at=None).exists(),
            "uses": admin.uses(self.row),
            "cost": promo_costs.in_words(admin.costs_of([self.row.pk]).get(self.row.pk, {})),
            "baskets": Basket.open.filter(vouchers__in=codes).distinct().count(),
        }


class CodeDialog(SwitchDialog):
    model = Voucher


class SetDialog(SwitchDialog):
    model = VoucherSet


class Switches:
    """An admin of promo codes, or of sets of them, that are switched off and on.

    `codes_of(row)` tells which codes those are.
    """

    def has_switch_permission(self, request, object_id=None):
        return request.user.has_perm("voucher.change_voucher")

    def get_actions_detail(self, request, object_id):
        is_on = self.codes_of(self.row(request, object_id)).filter(switched_off_at=None).exists()
        hidden = "switch_on" if is_on else "switch_off"
        offered = super().get_actions_detail(request, object_id)
        return [a for a in offered if a.method.original_function_name != hidden]

    def off(self, request, form):
        n = promo_codes.switch_off(self.codes_of(form.row))
        said = ngettext("%(n)d code is off.", "%(n)d codes are off.", n) % {"n": n}
        return self._switched(request, form.row, n, said)

    def on(self, request, form):
        n = promo_codes.switch_on(self.codes_of(form.row))
        said = ngettext("%(n)d code is on again.", "%(n)d codes are on again.", n) % {"n": n}
        return self._switched(request, form.row, n, said)

    def _switched(self, request, row, n, said):
        if n:
            self.log_change(request, row, said)
        messages.success(request, said)
        return self.back_to(request, row)


def switching_off(dialog):
    return action(
        description=_("Switch off"),
        permissions=["switch"],
        icon="toggle_off",
        dialog={
            "title": _("Switch off?"),
            "form_class": dialog,
            "form_submit_text": _("Switch off"),
        },
    )


def switching_on(dialog):
    return action(
        description=_("Switch on"),
        permissions=["switch"],
        icon="toggle_on",
        dialog={
            "title": _("Switch on again?"),
            "form_class": dialog,
            "form_submit_text": _("Switch on"),
        },
    )
