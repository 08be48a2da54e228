"""Being invited: by mail, once, for some days, and to no more than whoever invites may do."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from shop.audit.models import AuditEntry
from shop.customer import roles
from shop.customer.models import User
from shop.mail import sending
from shop.mail.models import Letter
from shop.staff import invitations
from shop.staff.invitations import InvitedAlready, LogInFirst, NotOpen, WorksHere, token_of
from shop.staff.models import Invitation
from shop.staff.people import AboveYourRights
from shop.testing.factories import make_user
from shop.testing.races import on_committed_rows, race

pytestmark = pytest.mark.django_db

ADDRESS = "nina@nook.example"
CHOSEN = {"username": "nina", "password": "a-very-good-one"}


@pytest.fixture
def invite(owner, here):
    def invite(email=ADDRESS, role=roles.COUNTER, actor=owner):
        return invitations.invite(email, Group.objects.get(name=role), [here], actor=actor)

    return invite


def send_letters():
    for letter in Letter.objects.filter(sent_at=None, failure=""):
        sending.send(letter)
    return mail.outbox


def test_an_invitation_is_a_letter_with_a_link_and_an_account(invite, here, owner):
    invitation = invite()
    [letter] = send_letters()
    assert letter.to == [ADDRESS]
    assert "as Counter" in letter.body
    assert "Magpie Here" in letter.body
    assert f"/backoffice/join/{token_of(invitation)}/" in letter.body

    nina = invitations.accept(token_of(invitation), **CHOSEN)

    assert nina.is_staff
    assert nina.groups.get().name == roles.COUNTER
    assert nina.partners.get().pk == here.pk
    assert EmailAddress.objects.get(user=nina).verified
    invitation.refresh_from_db()
    assert invitation.accepted_at
    assert invitation.email == ""
    assert AuditEntry.objects.filter(object_name="nina", actor=owner).exists()
    assert ADDRESS not in str(list(AuditEntry.objects.values()))


def test_a_link_works_once(invite):
    token = token_of(invite())
    invitations.accept(token, **CHOSEN)
    with pytest.raises(NotOpen):
        invitations.accept(token, username="nora", password="a-very-good-one")
    assert not User.objects.filter(username="nora").exists()


def test_a_link_runs_out(invite):
    invitation = invite()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotOpen):
        invitations.find(token_of(invitation))
    with pytest.raises(NotOpen):
        invitations.accept(token_of(invitation), **CHOSEN)


def test_a_link_that_was_made_up_opens_nothing(invite):
    token = token_of(invite())
    for forged in ("", "x", token[:-1], token.replace(token[0], "z", 1)):
        with pytest.raises(NotOpen):
            invitations.find(forged)


def test_what_is_taken_back_opens_nothing_and_is_not_sent(invite, owner):
    invitation = invite()
    invitations.revoke(invitation, actor=owner)
    with pytest.raises(NotOpen):
        invitations.find(token_of(invitation))
    assert send_letters() == []
    assert Invitation.objects.get().email == ""


def test_sent_again_the_new_link_works_and_the_old_one_does_not(invite, owner):
    invitation = invite()
    old = token_of(invitation)
    invitations.send_again(invitation, actor=owner)
    invitation.refresh_from_db()
    assert len(send_letters()) == 1
    with pytest.raises(NotOpen):
        invitations.accept(old, **CHOSEN)
    invitations.accept(token_of(invitation), **CHOSEN)


def test_what_ran_out_is_sent_again(invite, owner):
    invitation = invite()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invitations.send_again(invitation, actor=owner)
    invitation.refresh_from_db()
    assert invitations.find(token_of(invitation))


def test_nobody_invites_above_their_own_rights(invite, counter):
    with pytest.raises(AboveYourRights):
        invite(role=roles.OWNER, actor=counter)
    assert not Invitation.objects.exists()


def test_the_rights_of_who_invited_are_asked_again_when_one_begins(invite, owner):
    make_user(roles.OWNER)
    invitation = invite(role=roles.OWNER)
    owner.groups.clear()
    with pytest.raises(AboveYourRights):
        invitations.accept(token_of(invitation), **CHOSEN)
    assert not User.objects.filter(username="nina").exists()


def test_an_address_is_invited_once_at_a_time(invite, counter):
    invite()
    with pytest.raises(InvitedAlready):
        invite(email=ADDRESS.upper())
    with pytest.raises(WorksHere):
        invite(email=counter.email)


def test_a_shopper_goes_on_with_their_own_account_and_nobody_elses(invite, counter):
    shopper = make_user(email=ADDRESS)
    token = token_of(invite())
    with pytest.raises(LogInFirst):
        invitations.accept(token, **CHOSEN)
    with pytest.raises(LogInFirst):
        invitations.accept_as(token, make_user())
    invitations.accept_as(token, shopper)
    shopper.refresh_from_db()
    assert shopper.is_staff


def test_an_invitation_never_keeps_an_address_it_needs_no_longer(invite):
    invite()
    with pytest.raises(IntegrityError, match="invitation_forgets_its_address"):
        Invitation.objects.update(accepted_at=timezone.now())


@on_committed_rows
def test_two_who_follow_one_link_at_once_make_one_account():
    owner = make_user(roles.OWNER)
    role = Group.objects.get(name=roles.COUNTER)
    token = token_of(invitations.invite(ADDRESS, role, [], actor=owner))

    outcomes = race(
        *(
            lambda name=name: invitations.accept(token, username=name, password="a-very-good-one")
            for name in ("nina", "nora")
        )
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotOpen", "User"]
    assert User.objects.filter(email=ADDRESS).count() == 1
