import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.order.models import Line, Order


class PaymentStatus(models.TextChoices):
    PENDING = "pending", _("under way")
    REQUIRES_ACTION = "requires_action", _("waiting for the shopper")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    REFUNDED = "refunded", _("refunded")


UNSETTLED = (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION)
# Came to its end without money, as far as the gateway had said.
UNPAID = (PaymentStatus.FAILED, PaymentStatus.CANCELLED)
# The money came, be it that it went back since.
TAKEN = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED)


class Payment(models.Model):
    """One attempt to be paid for an order: the only truth about its money, not Oscar's sources."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="payments",
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("method"), max_length=16)
    token = models.CharField(max_length=64, blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=16, choices=PaymentStatus, default=PaymentStatus.PENDING
    )
    reference = models.CharField(_("gateway's reference"), max_length=128, blank=True)
    failure_code = models.CharField(_("failure"), max_length=64, blank=True)
    refunded = models.DecimalField(_("refunded"), max_digits=12, decimal_places=2, default=0)
    # What the gateway took instead of what was asked for, until somebody has sent it back.
    held_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, editable=False)
    held_currency = models.CharField(max_length=3, blank=True, editable=False)
    # Came for an order that had been paid already: it goes back, and counts for nothing.
    surplus = models.BooleanField(_("on top"), default=False, editable=False)
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # Set before the gateway first hears of it: without, no money can have moved.
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # From here on nobody asks for the money any more; the gateway may not know yet.
    call_off_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the sweeper asks what became of it, by the database's clock, and how often it has.
    look_at = models.DateTimeField(db_default=Now(), editable=False)
    looks = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["look_at"],
                name="payment_unsettled",
                condition=Q(status__in=["pending", "requires_action"]),
            ),
            models.Index(fields=["reference"], name="payment_of_reference"),
            models.Index(fields=["-created_at"], name="payment_latest"),
            models.Index(fields=["settled_at"], name="payment_settled"),
            models.Index(fields=["id"], name="payment_held", condition=~Q(held_amount=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("amount")),
                name="payment_refunded_within_amount",
            ),
            # An order is paid once.
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status__in=["succeeded", "refunded"], surplus=False),
                name="payment_order_paid_once",
            ),
        ]

    def __str__(self):
        return f"{self.amount} {self.currency}, {self.get_status_display()}"

    @property
    def idempotency_key(self):
        """What the gateway knows this payment by: asked twice, it takes the money once."""
        return f"payment-{self.pk}"

    @property
    def refundable(self):
        return self.amount - self.refunded


class PaymentEvent(models.Model):
    """What became of a payment, step by step; only ever added to."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=32)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reference = models.CharField(_("gateway's reference"), max_length=128, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.kind} {self.amount}"


class RefundStatus(models.TextChoices):
    PENDING = "pending", _("under way")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


class RefundQuerySet(models.QuerySet):
    def owed(self):
        """What is on its way back, or came back: either goes, and as this refund."""
        return self.filter(Q(status=RefundStatus.PENDING) | Q(came_back_at__isnull=False))


class Refund(models.Model):
    """Money on its way back. Counted in its payment when the gateway says that it went."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    status = models.CharField(
        _("status"), max_length=16, choices=RefundStatus, default=RefundStatus.PENDING
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reference = models.CharField(_("gateway's reference"), max_length=128, blank=True)
    # Set before the gateway hears of this attempt: from then on it is asked what became of it.
    asked_at = models.DateTimeField(null=True, editable=False)
    # It had gone, and came back: the shopper has a credit note for it, so it is owed still.
    came_back_at = models.DateTimeField(null=True, editable=False)
    # How often the gateway has refused it, and when it is sent or asked about again.
    attempts = models.PositiveSmallIntegerField(_("refusals"), default=0)
    next_attempt_at = models.DateTimeField(_("sent again"), null=True, blank=True)
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="refund_to_send_again",
                condition=Q(status="pending"),
            )
        ]
        constraints = [
            # Nothing goes back for goods that cost nothing.
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_not_negative"),
        ]

    def __str__(self):
        return f"{self.amount}, {self.state_label}"

    @property
    def state_label(self):
        came_back = self.came_back_at and self.status == RefundStatus.FAILED
        return _("came back") if came_back else self.get_status_display()

    @property
    def idempotency_key(self):
        """A new one for each refusal: under the old one the gateway would only say no again."""
        return f"refund-{self.pk}-{self.attempts}" if self.attempts else f"refund-{self.pk}"


class RefundLine(models.Model):
    """Goods that a refund is for: steps of an order's line, and what they were sold for."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="refund_lines")
    steps = models.PositiveIntegerField(_("steps"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    restock = models.BooleanField(_("back on sale"))

    class Meta:
        verbose_name = _("refunded goods")
        verbose_name_plural = _("refunded goods")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once"),
            models.CheckConstraint(
                condition=Q(steps__gt=0, amount__gte=0), name="refund_line_positive"
            ),
        ]

    def __str__(self):
        return f"{self.steps} of {self.line_id}"


class Outcome(models.TextChoices):
    """What handling a webhook came to."""

    SETTLED = "settled", _("settled")
    NOTHING_NEW = "nothing_new", _("nothing new")
    MISMATCH = "mismatch", _("wrong amount or currency")
    UNKNOWN = "unknown", _("of nothing that we know")
    MALFORMED = "malformed", _("makes no sense")
    IGNORED = "ignored", _("of no concern")


class WebhookEvent(models.Model):
    """What a gateway told us by itself: stored before it is acknowledged, handled once after.

    The payload is what the gateway sent less whatever is personal or secret.
    """

    gateway = models.CharField(_("gateway"), max_length=16)
    event_id = models.CharField(_("event"), max_length=255)
    kind = models.CharField(_("kind"), max_length=100)
    payload = models.JSONField(_("what it said"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    payment = models.ForeignKey(
        Payment, models.PROTECT, "webhooks", verbose_name=_("payment"), null=True, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event_id", "gateway"], name="webhook_event_once")
        ]

    def __str__(self):
        return f"{self.gateway} {self.kind}"


class SimulatedTransaction(models.Model):
    """The simulated gateway's own books, as a real one keeps them on its side of the wire."""

    idempotency_key = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=32, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, choices=PaymentStatus)
    failure_code = models.CharField(max_length=64, blank=True)
    # A refund's: the key of the charge whose money it sends back.
    charge_key = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.reference


class SimulatedWebhook(models.Model):
    """A webhook that the simulated gateway posts when it is due, until it is acknowledged."""

    event_id = models.CharField(max_length=64)
    body = models.TextField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="simulated_webhook_due", condition=Q(delivered_at=None)
            )
        ]

    def __str__(self):
        return self.event_id
