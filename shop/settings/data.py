"""Where rows, cached pages and files are kept."""

from urllib.parse import urlsplit

from shop.settings.environment import DEBUG, VAR_DIR, env

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {
    # A new connection for each request costs ten times a trivial query.
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"TEMPLATE": env("TEST_DATABASE_TEMPLATE", default=None)},
}

REDIS_URL = env("REDIS_URL")
# The broker must never evict; the cache may. They share a server by default
# and a database never: `CACHE_URL` names the cache's own, else it is the next one.
_broker = urlsplit(REDIS_URL)
_next_database = int(_broker.path.strip("/") or 0) + 1
CACHE_URL = env("CACHE_URL", default="") or _broker._replace(path=f"/{_next_database}").geturl()

CACHES = {
    "default": {
        "BACKEND": "shop.cache.ForgivingRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "magpie",
        # A page does without what is not there in time.
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3},
    }
}
SESSION_ENGINE = "shop.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(VAR_DIR / "static"))
MEDIA_URL = "/media/"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(VAR_DIR / "media"))
# A small shop hands its pictures out itself; behind a bucket or a CDN it need not.
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=True)
PRIVATE_MEDIA_ROOT = env("PRIVATE_MEDIA_ROOT", default=str(VAR_DIR / "private"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What a URL must not reach: pickup codes. Views hand these out, one by one.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "shop.static_files.StaticFiles"
        if env.bool("STATIC_MANIFEST", default=not DEBUG)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
