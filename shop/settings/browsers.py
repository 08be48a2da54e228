"""What a browser may load and run on our pages: the Content-Security-Policy, by address."""

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from shop.settings.commerce import STRIPE_PUBLISHABLE_KEY

# Our own scripts, styles, pictures and letters, from our own addresses, and nothing that is
# written into a page.
OURS_ALONE = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [NONE],
    "manifest-src": [SELF],
    "worker-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
# Where cards are real, they are typed into Stripe's form.
WITH_STRIPE = OURS_ALONE | {
    "script-src": [SELF, "https://js.stripe.com"],
    "connect-src": [SELF, "https://api.stripe.com"],
    "frame-src": ["https://js.stripe.com", "https://hooks.stripe.com"],
}
# Unfold and Wagtail write scripts and styles into their pages, and Alpine evaluates them.
FOR_STAFF = OURS_ALONE | {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "media-src": [SELF, "blob:"],
    "frame-src": [SELF],
    "base-uri": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": WITH_STRIPE if STRIPE_PUBLISHABLE_KEY else OURS_ALONE}
CONTENT_SECURITY_POLICIES = {
    "/api/": OURS_ALONE,
    "/backoffice/": FOR_STAFF,
    "/cms/": FOR_STAFF,
}
