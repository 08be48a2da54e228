"""How letters leave the shop."""

from shop.settings.environment import env

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Magpie <hello@magpie.example>")
# Where answers to the shop's mails go, if not to the address that they come from.
REPLY_TO_EMAIL = env("REPLY_TO_EMAIL", default="")
# A mail server that does not answer within this many seconds is tried again later.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
