"""The Content-Security-Policy: strict for readers, without Trusted Types for Django's admin."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

# The admin's own scripts build HTML from strings, which Trusted Types forbid.
ADMIN = {"require-trusted-types-for": None, "trusted-types": None}


class SitePolicy(CSPMiddleware):
    """Sends the site's policy, without Trusted Types under `/admin/`."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of this response's policy."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/"):
            parts.replace = ADMIN
        return parts
