"""How the shop sells: payments, deadlines, contact data, and what Oscar asks for."""

from oscar.defaults import *  # noqa: F403

from shop.settings.environment import DEBUG, SITE_URL, env

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
# A hand-over at the counter can be undone for this long; only then is its shopper told of it.
UNDO_SECONDS = env.int("UNDO_SECONDS", default=120)
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
# Who used a promo code is forgotten when it has ended, and this long after its use at the latest.
PROMO_USE_DAYS = env.int("PROMO_USE_DAYS", default=365)
# How many orders' contacts one of the staff may look at within an hour.
REVEALS_PER_HOUR = env.int("REVEALS_PER_HOUR", default=20)

# Webhooks to other programs: for how long one is tried again, after how many given up in a row
# its subscription is switched off, how long they are remembered, and whether they may go to
# private addresses, and unencrypted.
WEBHOOK_HOURS = env.int("WEBHOOK_HOURS", default=24)
WEBHOOK_FAILURES = env.int("WEBHOOK_FAILURES", default=5)
WEBHOOK_KEEP_DAYS = env.int("WEBHOOK_KEEP_DAYS", default=30)
WEBHOOKS_ALLOW_PRIVATE = env.bool("WEBHOOKS_ALLOW_PRIVATE", default=False)

OSCAR_SHOP_NAME = "Magpie"
# Oscar's own names an address that this shop has not, and error reports print every setting.
OSCAR_HOMEPAGE = "/"
OSCAR_DEFAULT_CURRENCY = env("MAIN_CURRENCY", default="EUR")
OSCAR_OFFERS_INCL_TAX = True
OSCAR_EAGER_ALERTS = False
OSCAR_DELETE_IMAGE_FILES = False
OSCAR_ALLOW_ANON_REVIEWS = False
# Somebody reads a review before everybody does.
OSCAR_MODERATE_REVIEWS = True
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_BASKET_COOKIE_OPEN = "magpie_basket"
OSCAR_BASKET_COOKIE_SECURE = not DEBUG and SITE_URL.startswith("https://")
