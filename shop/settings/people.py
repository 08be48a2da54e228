"""Accounts, and how people log in."""

AUTHENTICATION_BACKENDS = ["shop.customer.logins.LoginBackend"]
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
ACCOUNT_ADAPTER = "shop.customer.adapter.AccountAdapter"
# Allauth would count wrong passwords by the name alone: anybody could lock anybody out.
# `shop.customer.logins` counts them for every login.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
