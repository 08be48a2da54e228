from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from oscar.apps.voucher.abstract_models import AbstractVoucher, AbstractVoucherApplication

SAFE_CODE = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z",
    _("A code has up to 64 letters, digits, - and _, and no spaces."),
)


def _limit(name, help_text):
    return models.PositiveIntegerField(
        name, null=True, blank=True, validators=[MinValueValidator(1)], help_text=help_text
    )


class Voucher(AbstractVoucher):
    """A promo code. Its discount is that of Oscar's offer behind it.

    `num_orders` is the number of orders that hold a use of it right now; the
    database keeps it within `max_uses`.
    """

    code = models.CharField(
        _("code"),
        max_length=64,
        unique=True,
        validators=[SAFE_CODE],
        error_messages={"unique": _("There is a promo code like this already.")},
    )
    max_uses = _limit(_("uses in total"), _("Empty for as many as there are."))
    max_uses_per_user = _limit(
        _("uses by one shopper"),
        _("By account; a guest's is the email address. Empty for as often as they like."),
    )
    max_uses_per_contact = _limit(
        _("uses with one email address"),
        _("Counts guests and accounts alike, by the address an order is for."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        help_text=_("What its amounts are in; empty for a code that works in any."),
    )
    switched_off_at = models.DateTimeField(_("switched off"), null=True, blank=True, editable=False)

    class Meta(AbstractVoucher.Meta):
        verbose_name = _("promo code")
        verbose_name_plural = _("promo codes")
        indexes = [
            # Of a set of 50,000 codes: the first one, and how many are used.
            models.Index(fields=["voucher_set", "id"], name="voucher_first_of_set"),
            models.Index(
                fields=["voucher_set"], name="voucher_used_of_set", condition=Q(num_orders__gt=0)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(num_orders__lte=F("max_uses")),
                name="voucher_within_max_uses",
            ),
            # Shoppers type capitals or not: two codes never differ in those alone.
            models.CheckConstraint(
                condition=Q(code=Upper(F("code"))), name="voucher_code_in_capitals"
            ),
            models.CheckConstraint(
                condition=Q(start_datetime__lt=F("end_datetime")), name="voucher_ends_after_start"
            ),
        ]

    def clean(self):
        self.code = self.code.strip().upper()
        starts, ends = self.start_datetime, self.end_datetime
        if starts and ends and starts >= ends:
            raise ValidationError({"end_datetime": _("It ends before it begins.")})

    @property
    def is_used_up(self):
        return self.max_uses is not None and self.num_orders >= self.max_uses


class VoucherApplication(AbstractVoucherApplication):
    """One order's use of a promo code; it stays counted when its shopper is erased.

    What an unpaid order gave back stays written, so that the same uses can be
    claimed again when its money comes after all.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    # Whose address the order is for, as the first of `promo_codes.contact_digests`; it says
    # who used the code, so it goes too: `shop.privacy.retention` says when.
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    given_back_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(AbstractVoucherApplication.Meta):
        constraints = [
            models.UniqueConstraint(fields=["order", "voucher"], name="voucher_once_an_order")
        ]
        indexes = [
            models.Index(fields=["voucher", "user"], name="voucher_uses_of_user"),
            models.Index(fields=["voucher", "contact_digest"], name="voucher_uses_of_contact"),
        ]

    def __str__(self):
        return f"Voucher {self.voucher_id} on order {self.order_id}"


from oscar.apps.voucher.models import *  # noqa: E402, F403
