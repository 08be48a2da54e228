"""Every setting that a deployment may change is read from the environment.

`make run` and the tests start PostgreSQL and Redis by themselves and set
`DATABASE_URL` and `REDIS_URL`; anywhere else both name real servers.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _
from oscar.defaults import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# Where a shop that runs on this machine alone keeps its files.
VAR_DIR = Path(env("MAGPIE_VAR", default=str(BASE_DIR / "var")))

# --- The project -----------------------------------------------------------

DEBUG = env.bool("DJANGO_DEBUG", default=False)
DEMO = env.bool("MAGPIE_DEMO", default=False)
SECRET_KEY = env("SECRET_KEY")
# What was signed or encrypted with these is still read, nothing new is.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="http://localhost:8000")
SITE_ID = 1
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "customer.User"

INSTALLED_APPS = [
    # The faces
    "storefront",
    "backoffice",
    "tasks",
    # The domain, from the top room to the bottom one
    "shop.demo",
    "shop.api",
    "shop.mail",
    "shop.privacy",
    "shop.reconciliation",
    "shop.imports",
    "shop.checkout",
    "shop.pickup",
    "shop.invoices",
    "shop.payment",
    "shop.contacts",
    "shop.order",
    "shop.shipping",
    "shop.basket",
    "shop.voucher",
    "shop.offer",
    "shop.inventory",
    "shop.locations",
    "shop.partner",
    "shop.wishlists",
    "shop.catalogue.reviews",
    "shop.catalogue",
    "shop.communication",
    "shop.customer",
    "oscar.apps.address",
    # Wagtail
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    # The back office
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "import_export",
    "django.contrib.admin.apps.SimpleAdminConfig",
    # Accounts and the API
    "allauth",
    "allauth.account",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    # Django
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

# Each Oscar app that we fork with columns of our own, and each whose migrations
# name those of such a fork, starts from an initial migration that is ours.
# The rest keep Oscar's.
MIGRATION_MODULES = {
    "reviews": "oscar.apps.catalogue.reviews.migrations",
    "wishlists": "oscar.apps.wishlists.migrations",
}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "shop.nul.NoNulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shop.locations.middleware.LocationMiddleware",
    "shop.basket.middleware.BasketMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "storefront.context_processors.shop",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------

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

# --- Work in the background ------------------------------------------------

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

# --- The shop --------------------------------------------------------------

# Only with this are Stripe's live keys taken, and then nothing is paid with play money.
PAYMENTS_LIVE = env.bool("PAYMENTS_LIVE", default=False)
# Stripe is offered once it has a key. The base names a stand-in for its API.
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_PUBLISHABLE_KEY = env("STRIPE_PUBLISHABLE_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env("STRIPE_API_BASE", default="https://api.stripe.com")
PAYMENT_GATEWAYS = {}
if not PAYMENTS_LIVE:
    PAYMENT_GATEWAYS["simulated"] = "shop.payment.gateways.simulated.SimulatedGateway"
if STRIPE_SECRET_KEY:
    PAYMENT_GATEWAYS["stripe"] = "shop.payment.gateways.stripe.StripeGateway"
# An order that nobody has paid keeps its goods for this long; once more while a payment is
# under way.
RESERVATION_MINUTES = env.float("RESERVATION_MINUTES", default=15)
# Money that comes within this time after its order had ended brings the order back, if it can.
LATE_SUCCESS_HOURS = env.int("LATE_SUCCESS_HOURS", default=24)
# A payment without an answer for this long is looked up at its gateway.
PAYMENT_STUCK_SECONDS = env.int("PAYMENT_STUCK_SECONDS", default=30)
# A refund that its gateway refuses this often is given up; the waits between double from this.
REFUND_ATTEMPTS = env.int("REFUND_ATTEMPTS", default=5)
REFUND_RETRY_SECONDS = env.int("REFUND_RETRY_SECONDS", default=20)
# Work in the outbox of which nothing is heard for this long is sent again. With ten seconds
# between two relays, and as many for the work, all is done within a minute.
OUTBOX_RESEND_SECONDS = env.int("OUTBOX_RESEND_SECONDS", default=30)
# What has failed this often is stuck: somebody should look, while it goes on being tried.
OUTBOX_STUCK_ATTEMPTS = env.int("OUTBOX_STUCK_ATTEMPTS", default=10)
# Work that is done is forgotten after this long.
OUTBOX_KEEP_DAYS = env.int("OUTBOX_KEEP_DAYS", default=7)
# How long the simulated gateway thinks before it answers.
SIMULATED_GATEWAY_SECONDS = env.float("SIMULATED_GATEWAY_SECONDS", default=0.0)
# Its webhooks: how long after the event they are posted, and where to; to nobody if empty.
# They are signed with this secret, or with one that is derived from `SECRET_KEY`.
SIMULATED_WEBHOOK_SECONDS = env.float("SIMULATED_WEBHOOK_SECONDS", default=2.0)
SIMULATED_WEBHOOK_URL = env(
    "SIMULATED_WEBHOOK_URL", default=f"{SITE_URL.rstrip('/')}/api/payment/webhook/simulated/"
)
SIMULATED_WEBHOOK_SECRET = env("SIMULATED_WEBHOOK_SECRET", default="")
# A ready order waits at its location for this long.
PICKUP_DAYS = env.int("PICKUP_DAYS", default=7)
# Who was told that a product is back may come for it this long; the next in the queue wait.
BACK_IN_STOCK_HOURS = env.int("BACK_IN_STOCK_HOURS", default=24)

# Contact data is encrypted with the first of these Fernet keys; the others still decrypt.
# Without any, a key is derived from `SECRET_KEY`.
CONTACT_KEYS = env.list("CONTACT_KEYS", default=[])
# Contact data of an order is erased this long after the order has come to its end.
CONTACT_RETENTION_DAYS = env.int("CONTACT_RETENTION_DAYS", default=90)
# The largest file that is taken in, as it is sent and as it is unpacked, and its most rows.
IMPORT_MOST_BYTES = env.int("IMPORT_MOST_BYTES", default=20_000_000)
IMPORT_MOST_BYTES_UNPACKED = env.int("IMPORT_MOST_BYTES_UNPACKED", default=200_000_000)
IMPORT_MOST_ROWS = env.int("IMPORT_MOST_ROWS", default=100_000)
# How many orders' contacts one of the staff may look at within an hour.
REVEALS_PER_HOUR = env.int("REVEALS_PER_HOUR", default=20)

OSCAR_SHOP_NAME = "Magpie"
# Oscar's own names an address that this shop has not, and error reports print every setting.
OSCAR_HOMEPAGE = "/"
OSCAR_DEFAULT_CURRENCY = env("MAIN_CURRENCY", default="EUR")
OSCAR_OFFERS_INCL_TAX = True
OSCAR_EAGER_ALERTS = False
OSCAR_DELETE_IMAGE_FILES = False
OSCAR_ALLOW_ANON_REVIEWS = False
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_BASKET_COOKIE_OPEN = "magpie_basket"
OSCAR_BASKET_COOKIE_SECURE = not DEBUG and SITE_URL.startswith("https://")

# --- People ----------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# --- Content ---------------------------------------------------------------

WAGTAIL_SITE_NAME = "Magpie"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "svg", "webp"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
TAGGIT_CASE_INSENSITIVE = True

# --- Files -----------------------------------------------------------------

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
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_MANIFEST", default=not DEBUG)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Language and time -----------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
TIME_ZONE = "UTC"
USE_TZ = True

# --- Mail, safety, logs ----------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Magpie <hello@magpie.example>")
# Where answers to the shop's mails go, if not to the address that they come from.
REPLY_TO_EMAIL = env("REPLY_TO_EMAIL", default="")
# A mail server that does not answer within this many seconds is tried again later.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)

SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
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
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Each saved page would say six lines about its entry in the search index, each
    # drawn invoice dozens about the letters that it takes along.
    "loggers": {name: {"level": "WARNING"} for name in ("django_tasks", "fontTools", "wagtail")},
}

# --- The back office -------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Magpie",
    "SITE_HEADER": "Magpie",
    "SITE_SUBHEADER": _("Back office"),
    "SITE_ICON": "backoffice.navigation.icon",
    "SITE_FAVICONS": [{"rel": "icon", "href": "backoffice.navigation.icon"}],
    "STYLES": ["backoffice.navigation.styles"],
    "DASHBOARD_CALLBACK": "backoffice.today.figures",
    "SIDEBAR": {"navigation": "backoffice.navigation.sidebar"},
    "SHOW_VIEW_ON_SITE": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .012 194)",
            "100": "oklch(94.5% .025 194)",
            "200": "oklch(89.5% .045 194)",
            "300": "oklch(83% .07 194)",
            "400": "oklch(75% .09 194)",
            "500": "oklch(62% .09 194)",
            "600": "oklch(49.5% .081 194)",
            "700": "oklch(42.5% .069 196)",
            "800": "oklch(37% .058 200)",
            "900": "oklch(31.5% .047 204)",
            "950": "oklch(23.5% .036 208)",
        },
    },
}

# --- The API ---------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "shop.api.errors.problem_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Magpie API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "PREPROCESSING_HOOKS": ["shop.api.schema.only_the_contract"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
