from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.encryption import EncryptedTextField
from shop.subscriptions import targets


class Event(models.TextChoices):
    """What other programs can be told of, by the names that they know it by."""

    ORDER_PAID = "order.paid", _("order paid")
    ORDER_READY = "order.ready", _("order ready to collect")
    ORDER_COMPLETED = "order.completed", _("order collected or delivered")
    ORDER_CANCELLED = "order.cancelled", _("order cancelled")
    STOCK_LOW = "stock.low", _("stock runs low")


class Off(models.TextChoices):
    """Why a subscription is off."""

    BY_HAND = "by_hand", _("switched off by hand")
    FAILURES = "failures", _("too many failed in a row")


class Fault(models.TextChoices):
    """Why an attempt came to nothing."""

    STATUS = "status", _("answered with an error")
    REDIRECT = "redirect", _("redirected, which is not followed")
    TIMEOUT = "timeout", _("no answer in time")
    AWAY = "away", _("no connection")
    NO_HOST = "no_host", _("unknown host")
    TLS = "tls", _("no trusted certificate")
    PRIVATE = "private", _("a private address")
    NO_KEY = "no_key", _("no key opens the secret")


class SubscriptionQuerySet(models.QuerySet):
    def on(self):
        return self.filter(switched_off_at=None)

    def wanting(self, *events):
        wanted = Q(pk__in=[])
        for event in events:
            wanted |= Q(events__contains=[event])
        return self.on().filter(wanted)


class Subscription(models.Model):
    """Another program that is told what happens here, at an address of its own.

    `free_at` is from when on a worker may send to it: whoever takes a turn puts it off, and so
    does a target that fails. All times are the database's.
    """

    name = models.CharField(_("name"), max_length=80, help_text=_("What the program is for."))
    url = models.CharField(
        _("address"),
        max_length=targets.LONGEST,
        validators=[targets.validate],
        help_text=_("Events are posted there, as in https://example.com/hooks."),
    )
    events = models.JSONField(_("events"), default=list)
    secret = EncryptedTextField(_("secret"), editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    # What happened before, or while it was off, is not told.
    on_since = models.DateTimeField(_("on since"), db_default=Now(), editable=False)
    switched_off_at = models.DateTimeField(_("off since"), null=True, blank=True, editable=False)
    off_because = models.CharField(
        _("why it is off"), max_length=16, choices=Off, blank=True, editable=False
    )
    last_sequence = models.PositiveBigIntegerField(_("last number"), default=0, editable=False)
    free_at = models.DateTimeField(db_default=Now(), editable=False)
    # Attempts that failed since the last one that did not; webhooks that were given up since.
    refusals = models.PositiveIntegerField(default=0, editable=False)
    failed_in_a_row = models.PositiveIntegerField(default=0, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        default_permissions = ("view", "add", "change")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    @property
    def is_on(self):
        return self.switched_off_at is None


class WebhookQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(delivered_at=None, failed_at=None)

    def failed(self):
        return self.exclude(failed_at=None)

    def due(self):
        on = self.waiting().filter(subscription__switched_off_at=None)
        return on.filter(due_at__lte=Now())


class Webhook(models.Model):
    """One event for one subscription: what is sent, and what became of it.

    The event's id is the same for all who are told of it, and in every attempt; the sequence
    counts what one subscription is told, without a gap.
    """

    subscription = models.ForeignKey(
        Subscription,
        verbose_name=_("to"),
        on_delete=models.CASCADE,
        related_name="webhooks",
    )
    event_id = models.CharField(_("event's id"), max_length=40)
    event = models.CharField(_("event"), max_length=32, choices=Event)
    sequence = models.PositiveBigIntegerField(_("number"))
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("next attempt"), db_default=Now())
    gives_up_at = models.DateTimeField(_("given up after"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    tried_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    fault = models.CharField(_("fault"), max_length=16, choices=Fault, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        default_permissions = ("view", "change")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event_id"], name="webhook_once"),
            models.UniqueConstraint(fields=["subscription", "sequence"], name="webhook_number"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(failed_at=None), name="webhook_one_outcome"
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "sequence"],
                name="webhook_waiting",
                condition=Q(delivered_at=None, failed_at=None),
            ),
            models.Index(F("subscription"), F("id").desc(), name="webhook_of_subscription"),
            models.Index(fields=["-id"], name="webhook_failed", condition=~Q(failed_at=None)),
            models.Index(fields=["created_at"], name="webhook_by_age"),
        ]

    def __str__(self):
        return f"{self.get_event_display()} #{self.sequence}"
