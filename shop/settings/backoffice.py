"""The look and the places of the back office, for Unfold."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "Magpie",
    "SITE_HEADER": "Magpie",
    "SITE_SUBHEADER": _("Back office"),
    "SITE_ICON": "backoffice.navigation.icon",
    "SITE_FAVICONS": [{"rel": "icon", "href": "backoffice.navigation.icon"}],
    "STYLES": ["backoffice.navigation.styles"],
    "SCRIPTS": ["backoffice.navigation.scripts"],
    "DASHBOARD_CALLBACK": "backoffice.today.today",
    "SIDEBAR": {
        "navigation": "backoffice.navigation.sidebar",
        "show_search": True,
        "command_search": True,
    },
    "ACCOUNT": {
        "navigation": [{"title": _("Two-factor login"), "link": reverse_lazy("mfa_index")}]
    },
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
