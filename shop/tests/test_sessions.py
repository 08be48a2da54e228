"""A session that cannot be saved: because it is gone, or because the database is away."""

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection

from shop.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    session = SessionStore()
    session["wish"] = "tea"
    session.create()
    return session


def test_the_settings_use_it(settings):
    assert SessionStore.__module__ == settings.SESSION_ENGINE


def test_a_session_that_is_gone_is_an_interruption(session):
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()


def test_a_database_that_is_away_is_our_fault_and_nobody_is_taken_for_signed_out(session):
    def away(execute, *args):
        raise OperationalError("terminating connection")

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        session.save()


def test_what_is_in_a_session_is_kept(session):
    session.save()
    assert SessionStore(session.session_key)["wish"] == "tea"
