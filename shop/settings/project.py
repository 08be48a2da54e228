"""Which parts the project has, and the language and time that it keeps."""

from shop.settings.environment import BASE_DIR, env

SECRET_KEY = env("SECRET_KEY")
# What was signed or encrypted with these is still read, nothing new is.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
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
    "shop.subscriptions",
    "shop.privacy",
    "shop.reconciliation",
    "shop.imports",
    "shop.campaigns",
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
    "shop.staff",
    "shop.locations",
    "shop.partner",
    "shop.wishlists",
    "shop.catalogue.reviews",
    "shop.catalogue",
    "shop.communication",
    "shop.customer",
    "shop.idempotency",
    "shop.audit",
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
    "allauth.mfa",
    "corsheaders",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
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
    "shop.api.middleware.RateLimitHeaders",
    "shop.api.middleware.ProblemDocuments",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop.compression.CompressionMiddleware",
    "shop.content_security.ContentSecurityMiddleware",
    "shop.maintenance.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop.languages.ShoppersLanguage",
    "shop.nul.NoNulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shop.staff.middleware.StaffMiddleware",
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

LANGUAGE_CODE = "en-gb"
# What shoppers choose from. The back office, the CMS and the API speak the first.
# Each is called by its own name, to be found by whoever reads no other.
LANGUAGES = [("en-gb", "English"), ("es", "Español"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "shop" / "locale"]
LANGUAGE_COOKIE_NAME = "magpie_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
# What editors write in.
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES[:1]
TIME_ZONE = "UTC"
USE_TZ = True
