"""Sessions in the database, as Django keeps them."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError


class SessionStore(db.SessionStore):
    """Tells a database that is away from a session that is gone.

    Django takes both for somebody who signed out meanwhile, and blames the browser
    with a 400; who is cut off by us should be told to try again.
    """

    def save(self, must_create=False):
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise
