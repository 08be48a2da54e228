from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.encryption import EncryptedTextField
from shop.locations.models import Location
from shop.order.models import Order


def private_storage():
    return storages["private"]


class PickupCodeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the locations that somebody works at, and what they handed over themselves."""
        return self.filter(Q(location__in=Location.objects.visible_to(user)) | Q(used_by=user))


class PickupCode(models.Model):
    """The right to collect one order at one location, once.

    Neither the token of the QR code nor the code to type can be read here: both
    are derived from `nonce` with the shop's secret, and the digests that find
    them again need it too. A copy of the table opens no door.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="pickup_codes")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    nonce = models.BinaryField(max_length=16, editable=False)
    # What was derived with a secret that the shop has given up: it is in somebody's mailbox.
    sealed = EncryptedTextField(blank=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    short_digest = models.CharField(max_length=64, editable=False)
    qr = models.FileField(storage=private_storage, upload_to="pickup", blank=True, editable=False)
    issued_at = models.DateTimeField(_("issued"), auto_now_add=True)
    # Who of the staff asked for it, in place of an earlier one.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("issued by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    expires_at = models.DateTimeField(_("expires"))
    voided_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    used_at = models.DateTimeField(_("collected"), null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed over by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = PickupCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pickup code")
        verbose_name_plural = _("pickup codes")
        indexes = [
            models.Index(
                fields=["-used_at"],
                name="pickup_handed_over",
                condition=Q(used_at__isnull=False),
            )
        ]
        permissions = [("hand_over_without_code", "Can hand over an order without its code")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(voided_at=None),
                name="pickup_one_code_an_order",
            ),
            models.UniqueConstraint(
                fields=["location", "short_digest"],
                condition=Q(voided_at=None),
                name="pickup_short_code_at_location",
            ),
        ]

    def __str__(self):
        return f"Pickup code of order {self.order_id}"


class Waiting(models.Model):
    """An order that lies ready at its counter. The row goes when the order does.

    A moment is empty once what was due then has happened, or never will.
    """

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="waiting"
    )
    remind_at = models.DateTimeField(_("reminder"), null=True, blank=True)
    final_notice_at = models.DateTimeField(_("final notice"), null=True, blank=True)
    until = models.DateTimeField(_("waits until"))

    class Meta:
        verbose_name = _("waiting order")
        verbose_name_plural = _("waiting orders")

    def __str__(self):
        return f"Order {self.order_id} waits until {self.until:%Y-%m-%d %H:%M}"
