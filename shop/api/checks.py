from django.apps import apps
from django.core.checks import Error, register

BLACKLIST = "rest_framework_simplejwt.token_blacklist"


@register()
def tokens_can_be_revoked(app_configs, **kwargs):
    """Without its blacklist, simplejwt rotates tokens, lets the old ones live, and is silent."""
    if apps.is_installed(BLACKLIST):
        return []
    return [Error("Refresh tokens cannot be revoked.", hint=f"Install {BLACKLIST}.", id="api.E001")]
