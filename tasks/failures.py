"""What a failed effect comes to: whether trying again can help, and when."""

import logging
import random
import traceback
from datetime import timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError, ProgrammingError

logger = logging.getLogger(__name__)

# These say that we are wrong, or what we were given; the rest, that somebody is away.
HOPELESS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    ObjectDoesNotExist,
    TypeError,
    ValueError,
    DataError,
    IntegrityError,
    NotImplementedError,
    ProgrammingError,
)
FIRST_SECONDS, LONGEST_SECONDS = 2, 600


def may_pass(error):
    return not isinstance(error, HOPELESS)


def pause_after(attempts):
    """How long to wait after this many attempts: twice as long each time, and never in step."""
    longest = min(FIRST_SECONDS * 2 ** (min(attempts, 20) - 1), LONGEST_SECONDS)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 - no secret


def kind_of(error):
    return f"{type(error).__module__}.{type(error).__qualname__}"[:100]


def tell(message, error, *, stuck):
    """Log a failure with the way to it. What the error says may name somebody, so it stays out."""
    way = "".join(traceback.format_tb(error.__traceback__))
    level = logging.ERROR if stuck else logging.WARNING
    state = "is stuck" if stuck else "will be tried again"
    values = (message, kind_of(error), message.attempts, state, way)
    logger.log(level, "%s failed with %s at attempt %d and %s\n%s", *values)
