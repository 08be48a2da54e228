"""How Celery works."""

from shop.settings.data import REDIS_URL

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker never gives its broker up.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # What a killed worker had not acknowledged comes back after this long; the outbox's
    # relay is quicker.
    "visibility_timeout": 600,
    # A shopper does not wait for a broker that is away, or that accepts and says nothing:
    # the relay sends again.
    "max_retries": 0,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    # Where a worker listens to several queues, the first that it names comes first.
    "queue_order_strategy": "priority",
}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
# Below the visibility timeout: a task that still runs is never handed out again.
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULER = "tasks.beat.OnceScheduler"
CELERY_TIMEZONE = "UTC"
