"""Inviting somebody to work here: by mail, for some days, once.

The link is signed and kept nowhere; it names the invitation and which of its letters it
came with. Accepting, revoking and sending again change the invitation's row under its
lock, so that a link opens one account at most.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.audit.models import Action
from shop.audit.trail import Change, record
from shop.customer.models import User
from shop.staff import people
from shop.staff.models import Invitation
from shop.staff.signals import invitation_due

SALT = "shop.staff.invitation"


class InvitationRefused(Exception):
    """Nothing was done; `str()` says why, to who asked."""


class WorksHere(InvitationRefused):
    def __init__(self):
        super().__init__(_("Somebody with this address works here already."))


class InvitedAlready(InvitationRefused):
    def __init__(self):
        super().__init__(_("There is an open invitation for this address. Send it again."))


class NotOpen(InvitationRefused):
    def __init__(self):
        super().__init__(
            _("This invitation was used, taken back or has run out. Ask for a new one.")
        )


class LogInFirst(InvitationRefused):
    def __init__(self):
        super().__init__(_("You have an account already. Log in with it, and open the link again."))


def may_invite(email):
    """Raises `InvitationRefused`. That a shopper has this address is nobody's to learn."""
    if people.colleagues().filter(email__iexact=email, is_active=True).exists():
        raise WorksHere
    if Invitation.objects.open().filter(email__iexact=email).exists():
        raise InvitedAlready


@transaction.atomic
def invite(email, role, locations, *, actor):
    """Raises `InvitationRefused`, and `PeopleRefused` for more than the actor may do."""
    people.may_grant(actor, [role], locations)
    may_invite(email)
    invitation = Invitation.objects.create(
        email=email, role=role, invited_by=actor, expires_at=_expiry()
    )
    invitation.locations.set(locations)
    given = [Change(_("role"), after=role), Change(_("works at"), after=list(locations))]
    record(invitation, actor, given, action=Action.ADDED)
    invitation_due.send(sender=Invitation, invitation=invitation)
    return invitation


@transaction.atomic
def send_again(invitation, *, actor):
    """A new letter with a new link and as many days; the earlier link opens nothing."""
    invitation = _locked(invitation.pk, Invitation.objects.exclude(email=""))
    people.may_grant(actor, [invitation.role], invitation.locations.all())
    Invitation.objects.filter(pk=invitation.pk).update(
        serial=F("serial") + 1, expires_at=_expiry(), invited_by=actor
    )
    invitation.refresh_from_db()
    record(invitation, actor, summary=_("sent again"))
    invitation_due.send(sender=Invitation, invitation=invitation)


@transaction.atomic
def revoke(invitation, *, actor):
    invitation = _locked(invitation.pk, Invitation.objects.exclude(email=""))
    _close(invitation, revoked_at=Now())
    record(invitation, actor, summary=_("taken back"))


def token_of(invitation):
    return Signer(salt=SALT).sign_object([invitation.pk, invitation.serial])


def find(token):
    """The open invitation that a link leads to. Raises `NotOpen`."""
    pk, serial = _read(token)
    found = Invitation.objects.open().filter(pk=pk, serial=serial).select_related("role").first()
    if found is None:
        raise NotOpen
    return found


def has_account(invitation):
    return User.objects.filter(email__iexact=invitation.email).exists()


@transaction.atomic
def accept(token, *, username, password):
    """Open the account of whoever was invited. Raises `InvitationRefused`."""
    invitation = _claim(token)
    if has_account(invitation):
        raise LogInFirst
    person = User.objects.create_user(username, invitation.email, password)
    # The letter reached them.
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return _begin(invitation, person)


@transaction.atomic
def accept_as(token, person):
    """Let somebody begin with the account that they are logged in with."""
    invitation = _claim(token)
    if person.email.casefold() != invitation.email.casefold():
        raise LogInFirst
    return _begin(invitation, person)


def _begin(invitation, person):
    # Who invited may have left, or do less by now.
    if invitation.invited_by is None:
        raise NotOpen
    locations = list(invitation.locations.all())
    people.hire(person, [invitation.role], locations, actor=invitation.invited_by)
    _close(invitation, accepted_at=Now())
    return person


def _claim(token):
    pk, serial = _read(token)
    return _locked(pk, Invitation.objects.open().filter(serial=serial))


def _locked(pk, invitations):
    locked = invitations.select_for_update(of=("self",)).select_related("role", "invited_by")
    invitation = locked.filter(pk=pk).first()
    if invitation is None:
        raise NotOpen
    return invitation


def _close(invitation, **how):
    Invitation.objects.filter(pk=invitation.pk).update(email="", **how)


def _read(token):
    try:
        return Signer(salt=SALT).unsign_object(token)
    except BadSignature:
        raise NotOpen from None


def _expiry():
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)
