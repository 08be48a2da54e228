"""A session of staff begins and ends with the login."""

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from shop.staff import sessions
from shop.staff.models import StaffSession


@receiver(user_logged_in)
def begin_session(request, user, **kwargs):
    sessions.begin(request, user)


@receiver(user_logged_out)
def forget_session(request, **kwargs):
    StaffSession.objects.filter(pk=request.session.get(sessions.KEY)).delete()
