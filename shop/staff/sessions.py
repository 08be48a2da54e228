"""Who of the shop's own people is signed in, and how long a session may do nothing.

A staff session is a row that its Django session names. Without it, or after too long
a pause, the back office and the CMS ask for the password anew; an owner ends it by
taking the row away, with the Django session behind it.
"""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from shop.customer.roles import COUNTER
from shop.staff.models import Device, StaffSession

KEY = "staff_session"
# A page that loads ten others writes once.
TOUCH_EVERY = timedelta(minutes=1)
TABLETS, PHONES = ("ipad", "tablet", "kindle"), ("mobi", "iphone")


def works_here(user):
    """Whether an account opens the back office or the CMS."""
    return user.is_active and (user.is_staff or user.has_perm("wagtailadmin.access_admin"))


def begin(request, user):
    if not works_here(user):
        return
    session = StaffSession.objects.create(
        user=user,
        session_key=request.session.session_key or "",
        device=device_of(request.headers.get("User-Agent", "")),
    )
    request.session[KEY] = session.pk


def current(request, *, at_counter=False):
    """The session that a request is made in, or None where one has to log in again."""
    named = StaffSession.objects.filter(pk=request.session.get(KEY), user=request.user)
    live = named.at_the_counter() if at_counter else named.awake()
    return live.with_second_factor().first()


def touch(session, *, at_counter=False):
    """Note that something is done in it, a minute being near enough."""
    field = "counter_at" if at_counter else "seen_at"
    last = getattr(session, field)
    if last is None or timezone.now() - last > TOUCH_EVERY:
        StaffSession.objects.filter(pk=session.pk).update(**{field: Now()})


def live():
    """Those that still open something, with the roles of whose they are."""
    both = Q(pk__in=StaffSession.objects.awake()) | Q(pk__in=StaffSession.objects.at_the_counter())
    return StaffSession.objects.filter(both, user__is_active=True)


@transaction.atomic
def end(sessions):
    """End sessions; whoever sits in one is asked to log in at the next step."""
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return sessions.delete()[0]


def is_at_the_counter_alone(user):
    """Whether somebody does nothing here but hand orders over."""
    return set(user.groups.values_list("name", flat=True)) == {COUNTER}


def device_of(agent):
    """The kind of device alone: what would tell one from another is not kept."""
    agent = agent.casefold()
    if any(word in agent for word in TABLETS) or ("android" in agent and "mobi" not in agent):
        return Device.TABLET
    if any(word in agent for word in PHONES):
        return Device.PHONE
    return Device.COMPUTER if "mozilla" in agent else Device.PROGRAM
