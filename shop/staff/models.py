from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.locations.models import Location

# What opens an account beside the password; recovery codes are for the loss of these.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Device(models.TextChoices):
    COMPUTER = "computer", _("computer")
    TABLET = "tablet", _("tablet")
    PHONE = "phone", _("phone")
    PROGRAM = "program", _("program")


class StaffSessionQuerySet(models.QuerySet):
    def awake(self):
        idle = timedelta(minutes=settings.STAFF_SESSION_MINUTES)
        return self.filter(seen_at__gt=Now() - idle)

    def at_the_counter(self):
        idle = timedelta(hours=settings.COUNTER_SESSION_HOURS)
        return self.filter(Q(counter_at__gt=Now() - idle) | Q(pk__in=self.awake().values("pk")))

    def with_second_factor(self):
        """Annotated with whether one is demanded, and whether its owner has one."""
        demands = TwoFactorDemand.objects.order_by("-pk").values("demanded")[:1]
        factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)
        return self.annotate(demanded=Subquery(demands), has_second_factor=Exists(factors))


class StaffSession(models.Model):
    """Somebody of the staff is signed in. It ends with its row, and when nothing is done in it.

    At the counter one waits for customers: what is seen there alone opens nothing else.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.CASCADE,
        related_name="staff_sessions",
    )
    session_key = models.CharField(max_length=40, editable=False)
    device = models.CharField(_("on a"), max_length=16, choices=Device)
    began_at = models.DateTimeField(_("signed in"), db_default=Now(), editable=False)
    seen_at = models.DateTimeField(_("last seen"), db_default=Now(), editable=False)
    counter_at = models.DateTimeField(_("at the counter"), null=True, blank=True, editable=False)

    objects = StaffSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions of staff")
        ordering = ["-seen_at"]
        default_permissions = ("view", "delete")

    def __str__(self):
        return f"{self.user.get_username()}, {self.get_device_display()}"


class TwoFactorDemand(models.Model):
    """An owner decided whether whoever works here logs in by two factors. The last one holds."""

    demanded = models.BooleanField(_("demanded"))
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("demand for two factors")
        verbose_name_plural = _("demands for two factors")
        ordering = ["-pk"]
        default_permissions = ("add",)

    def __str__(self):
        return str(_("demanded")) if self.demanded else str(_("not demanded"))


class InvitationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=Now())


class Invitation(models.Model):
    """Somebody is asked to work here. Its address is forgotten once it is accepted or revoked.

    `serial` counts the letters: the link of an earlier one opens nothing.
    """

    email = models.EmailField(_("email address"), blank=True)
    role = models.ForeignKey(
        Group, verbose_name=_("role"), on_delete=models.CASCADE, related_name="+"
    )
    locations = models.ManyToManyField(
        Location, verbose_name=_("works at"), blank=True, related_name="+"
    )
    serial = models.PositiveIntegerField(default=1, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("invited"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="invitation_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, revoked_at=None) | Q(email=""),
                name="invitation_forgets_its_address",
            ),
        ]

    def __str__(self):
        return str(_("Invitation as %(role)s") % {"role": self.role.name})
