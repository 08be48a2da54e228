"""Accounts, and how people log in."""

from shop.settings.environment import env

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
ACCOUNT_FORMS = {"login": "shop.customer.login_form.LoginForm"}
ACCOUNT_ADAPTER = "shop.staff.confirmation.AccountAdapter"
# Allauth would count wrong passwords by the name alone: anybody could lock anybody out.
# `shop.customer.logins` counts them for every login.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
# Who logged in or typed the password within this time is not asked for it again.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * env.int("CONFIRMATION_MINUTES", default=15)

# Whoever works here logs in through one door, by two factors if they have set that up.
MFA_ADAPTER = "shop.staff.two_factor.TwoFactorAdapter"
MFA_FORMS = {
    "authenticate": "shop.staff.codes.AuthenticateForm",
    "reauthenticate": "shop.staff.codes.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Whoever has a passkey logs in by it alone. Signing up takes a password: with a passkey alone,
# allauth would want every address proven before anything else.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Magpie"
# Nobody is kept from guarding an account by a letter that has not come.
MFA_ALLOW_UNVERIFIED_EMAIL = True
STAFF_ADDRESSES = ("/backoffice/", "/cms/")
COUNTER_ADDRESS = "/backoffice/pickup/"
API_ADDRESS = "/api/"
# A session of staff ends after this long without a step; one that does nothing but hand
# orders over waits for customers at the pickup counter.
STAFF_SESSION_MINUTES = env.int("STAFF_SESSION_MINUTES", default=60)
COUNTER_SESSION_HOURS = env.int("COUNTER_SESSION_HOURS", default=12)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
# Sending more than this back at once asks for the password again, in whatever currency.
CONFIRM_REFUNDS_ABOVE = env.int("CONFIRM_REFUNDS_ABOVE", default=100)
