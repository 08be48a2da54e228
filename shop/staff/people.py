"""Who works here, as what and where: changed by owners, within their own rights.

All changes go one by one, behind the row of the owners' group: two owners who put each
other out at the same moment cannot leave the shop without one.
"""

from contextlib import contextmanager

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.audit.trail import Change, record
from shop.customer.models import User
from shop.customer.roles import EDITOR, OWNER
from shop.locations.models import Location
from shop.staff import sessions


class PeopleRefused(Exception):
    """Nothing was changed; `str()` says why, to who asked."""


class LastOwner(PeopleRefused):
    def __init__(self):
        super().__init__(_("The shop needs an active owner. Make somebody else one first."))


class AboveYourRights(PeopleRefused):
    def __init__(self, role):
        super().__init__(_("%(role)s may do more than you.") % {"role": role})


class NotYourLocation(PeopleRefused):
    def __init__(self, location):
        super().__init__(_("You do not see %(location)s.") % {"location": location.name})


class NotYourself(PeopleRefused):
    def __init__(self):
        super().__init__(_("Ask another owner to do that to you."))


def colleagues():
    """Whoever works here or did, shoppers never."""
    in_a_role = User.objects.filter(groups__isnull=False).values("pk")
    return User.objects.filter(Q(is_staff=True) | Q(is_superuser=True) | Q(pk__in=in_a_role))


def active_owners():
    is_owner = Q(groups__name=OWNER) | Q(is_superuser=True)
    return User.objects.filter(is_owner, is_active=True).distinct()


def may_grant(actor, roles, locations=()):
    """Raises `PeopleRefused` for more than the actor may do and see."""
    for role in roles:
        granted = Permission.objects.filter(group=role).select_related("content_type")
        names = {f"{right.content_type.app_label}.{right.codename}" for right in granted}
        if not actor.has_perms(names):
            raise AboveYourRights(role.name)
    seen = set(Location.objects.visible_to(actor).values_list("pk", flat=True))
    for location in locations:
        if location.pk not in seen:
            raise NotYourLocation(location)


def assign(person, roles, locations, *, actor):
    """Give somebody these roles and locations in place of the ones that they had."""
    with _one_by_one():
        person = _below(actor, person)
        may_grant(actor, roles, locations)
        changes = _put(person, roles, locations)
        _keep_an_owner()
        if changes:
            record(person, actor, changes)


def hire(person, roles, locations, *, actor):
    """Let somebody who was invited begin. The inviter's rights are asked once more."""
    with _one_by_one():
        may_grant(actor, roles, locations)
        record(
            person, actor, [Change(_("works here"), False, True), *_put(person, roles, locations)]
        )


def dismiss(person, *, actor, reason=""):
    """Close the account of somebody who works here no longer, and every session of theirs."""
    if person.pk == actor.pk:
        raise NotYourself
    with _one_by_one():
        person = _below(actor, person)
        _set_active(person, False, actor, reason)
        _keep_an_owner()
        sessions.end(person.staff_sessions.all())


def take_back(person, *, actor):
    with _one_by_one():
        _set_active(_below(actor, person), True, actor, "")


def sign_out(staff_session, *, actor):
    """End one session of somebody's."""
    with transaction.atomic():
        _below(actor, staff_session.user)
        if sessions.end(type(staff_session).objects.filter(pk=staff_session.pk)):
            record(staff_session.user, actor, summary=_("session ended: %s") % staff_session)


@contextmanager
def _one_by_one():
    with transaction.atomic():
        Group.objects.select_for_update(no_key=True).get(name=OWNER)
        yield


def _below(actor, person):
    """The person as they are now, unless they may do more than the actor."""
    person = User.objects.get(pk=person.pk)
    if person.is_superuser and not actor.is_superuser:
        raise AboveYourRights(person.get_username())
    may_grant(actor, person.groups.all())
    return person


def _put(person, roles, locations):
    before = _standing(person)
    person.groups.set(roles)
    person.partners.set([location.pk for location in locations])
    # Editors write in the CMS; all the others work in the back office.
    person.is_staff = person.is_superuser or any(role.name != EDITOR for role in roles)
    person.save(update_fields=["is_staff"])
    after = _standing(person)
    return [
        Change(name, before[name], after[name]) for name in before if before[name] != after[name]
    ]


def _standing(person):
    return {
        _("roles"): sorted(person.groups.values_list("name", flat=True)),
        _("works at"): sorted(person.partners.values_list("name", flat=True)),
    }


def _set_active(person, active, actor, reason):
    if person.is_active == active:
        return
    User.objects.filter(pk=person.pk).update(is_active=active)
    record(person, actor, [Change(_("active"), not active, active)], reason=reason)


def _keep_an_owner():
    if not active_owners().exists():
        raise LastOwner
