from csp.middleware import CSPMiddleware
from django.conf import settings


class ContentSecurityMiddleware(CSPMiddleware):
    """Gives each page the policy of its address; the storefront's, which is strict, by default."""

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None:
            parts.config = _policy_at(request.path_info)
        return parts


def _policy_at(path):
    policies = settings.CONTENT_SECURITY_POLICIES.items()
    return next((policy for prefix, policy in policies if path.startswith(prefix)), None)
