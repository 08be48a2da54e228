"""What browsers are told, and what is told of a crash."""

from ipaddress import ip_network

from shop.settings.environment import SITE_URL, env

SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
)
# The proxies between shoppers and the shop, as addresses or networks: only what these add to
# X-Forwarded-For is believed. Without them, an address is whoever called.
TRUSTED_PROXIES = [ip_network(proxy) for proxy in env.list("TRUSTED_PROXIES", default=[])]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
# The shop is closed for a while: nothing is read or written, everybody is told.
MAINTENANCE = env.bool("MAINTENANCE", default=False)
X_FRAME_OPTIONS = "SAMEORIGIN"

# Whoever is told of a crash, by mail or in the log, learns nothing about the people in it.
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]
DEFAULT_EXCEPTION_REPORTER = "shop.error_reports.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "shop.error_reports.ReportFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "shop.error_reports.ScrubbedFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"in_production": {"()": "django.utils.log.RequireDebugFalse"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "crash_mail": {
            "class": "shop.error_reports.CrashMail",
            "formatter": "plain",
            "filters": ["in_production"],
            "level": "ERROR",
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Each saved page would say six lines about its entry in the search index, each
    # drawn invoice dozens about the letters that it takes along.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("django_tasks", "fontTools", "wagtail")},
        "django": {"handlers": ["crash_mail"], "level": "INFO"},
    },
}
