"""The queues that work waits in, and who takes it from them, as the broker tells."""

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

NAMES = ("payments", "default", "mail", "media", "webhooks")
PATIENCE_SECONDS = 0.5


class BrokerAway(Exception):
    """The broker does not answer."""


def lengths():
    """How many messages wait in each queue. Raises `BrokerAway`."""
    patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
    try:
        with Redis.from_url(settings.CELERY_BROKER_URL, **patience) as broker:
            pipe = broker.pipeline(transaction=False)
            for name in NAMES:
                pipe.llen(name)
            return dict(zip(NAMES, pipe.execute(), strict=True))
    except RedisError as error:
        raise BrokerAway from error


def workers():
    """Who answers within a moment, and which queues each takes work from. Raises `BrokerAway`."""
    try:
        answers = current_app.control.inspect(timeout=PATIENCE_SECONDS).active_queues() or {}
    except (OperationalError, RedisError) as error:
        raise BrokerAway from error
    return {name: [queue["name"] for queue in queues] for name, queues in sorted(answers.items())}
