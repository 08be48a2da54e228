"""The REST API."""

from datetime import timedelta

from shop.settings.environment import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shop.api.negotiation.OneKind",
    "EXCEPTION_HANDLER": "shop.api.errors.problem_handler",
    "DEFAULT_THROTTLE_CLASSES": ["shop.api.limits.Limits"],
    "DEFAULT_SCHEMA_CLASS": "shop.api.schema.ContractSchema",
    # In UTC, as all of the shop's times are.
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
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
    "ENUM_NAME_OVERRIDES": {
        "OrderStatus": "shop.order.models.Status",
        "PaymentStatus": "shop.payment.models.PaymentStatus",
        "RefundStatus": "shop.payment.models.RefundStatus",
    },
    "PREPROCESSING_HOOKS": ["shop.api.schema.only_the_contract"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# How many calls are answered in a minute: to a user, to an address, and of those calls that
# somebody could guess at names and codes with. What is guessed wrong has narrower limits of
# its own, in the domain.
API_LIMITS = {
    "user": env.int("API_LIMIT_USER", default=3000),
    "address": env.int("API_LIMIT_ADDRESS", default=6000),
    "login": env.int("API_LIMIT_LOGIN", default=240),
    "register": env.int("API_LIMIT_REGISTER", default=120),
    "promo_code": env.int("API_LIMIT_PROMO_CODE", default=240),
    "pickup": env.int("API_LIMIT_PICKUP", default=240),
}
# The sites whose pages may use the API in a browser, `https://shop.example`: none by default.
# They bring a token along; the shop's own cookie is not theirs to use.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key"]
CORS_EXPOSE_HEADERS = ["idempotent-replayed", "retry-after", "ratelimit", "ratelimit-policy"]
