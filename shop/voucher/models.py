from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.voucher.abstract_models import AbstractVoucher, AbstractVoucherApplication


class Voucher(AbstractVoucher):
    """A promo code. Its discount is that of Oscar's offer behind it.

    `num_orders` is the number of orders that hold a use of it right now; the
    database keeps it within `max_uses`.
    """

    max_uses = models.PositiveIntegerField(
        _("uses in total"),
        null=True,
        blank=True,
        help_text=_("Empty for as many as there are."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        help_text=_("What its amounts are in; empty for a code that works in any."),
    )

    class Meta(AbstractVoucher.Meta):
        verbose_name = _("promo code")
        verbose_name_plural = _("promo codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(num_orders__lte=F("max_uses")),
                name="voucher_within_max_uses",
            )
        ]

    @property
    def is_used_up(self):
        return self.max_uses is not None and self.num_orders >= self.max_uses


class VoucherApplication(AbstractVoucherApplication):
    """One order's use of a promo code; it stays counted when its shopper is erased."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )


from oscar.apps.voucher.models import *  # noqa: E402, F403
