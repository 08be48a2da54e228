import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.order.models import Order


class Kind(models.TextChoices):
    """The occasions on which the shop writes; each has a pair of templates by its name."""

    PAID = "paid", _("order confirmation")
    REVIVED = "revived", _("late payment, the order goes on")
    TOO_LATE = "too_late", _("late payment, the money goes back")
    PAYMENT_FAILED = "payment_failed", _("payment failed")
    EXPIRED = "expired", _("not paid in time")
    READY = "ready", _("ready to collect")
    NEW_CODE = "new_code", _("new pickup code")
    REMINDER = "reminder", _("reminder to collect")
    FINAL_NOTICE = "final_notice", _("last reminder to collect")
    NOT_COLLECTED = "not_collected", _("not collected")
    SHIPPED = "shipped", _("on its way")
    COMPLETED = "completed", _("collected or delivered")
    CANCELLED = "cancelled", _("cancelled")
    REFUNDED = "refunded", _("money sent back")
    REFUND_RETURNED = "refund_returned", _("money that came back to us")
    REFUND_FAILED = "refund_failed", _("a refund failed")
    LOW_STOCK = "low_stock", _("stock runs low")
    BACK_IN_STOCK = "back_in_stock", _("back in stock")
    DRIFT_FOUND = "drift_found", _("a rule does not hold")
    WEBHOOK_OFF = "webhook_off", _("a subscription was switched off")
    INVITATION = "invitation", _("invitation to work here")


class Letter(models.Model):
    """A mail that the shop owes somebody.

    Who gets it is looked up when it is sent: no address and no name is written here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    # The row that it tells of, of the model that `shop.mail.facts` names for its kind.
    subject = models.CharField(_("about"), max_length=64)
    # Empty for the one that the shop writes by itself.
    occasion = models.CharField(max_length=64, blank=True, editable=False)
    # Whose order it tells of, unless it is for one of the shop's own people.
    order = models.ForeignKey(
        Order,
        verbose_name=_("order"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="letters",
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("to"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent again by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failure = models.CharField(
        _("failure"), max_length=200, blank=True, help_text=_("Why it will never be sent.")
    )
    # It will never be sent because it need not be: what it says is not so any more.
    needless = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="letter_latest"),
            models.Index(
                fields=["-created_at"],
                name="letter_failed",
                condition=~Q(failure="") & Q(needless=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "occasion", "colleague"],
                name="letter_once_an_occasion",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(failure=""), name="letter_sent_or_failed"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.created_at:%Y-%m-%d %H:%M}"
