"""The Content-Security-Policy: strict for readers, without Trusted Types for Django's admin.

A site's own lines are for the readers' pages alone: no script of others runs in the admin.
"""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from .policy_lines import with_lines

# The admin's own scripts build HTML from strings, which Trusted Types forbid.
ADMIN = {"require-trusted-types-for": None, "trusted-types": None}
# Pages for editors and programs: nothing of a site stands in them.
OURS = ("/accounts/", "/api/", "/desk/")


class SitePolicy(CSPMiddleware):
    """Sends the site's policy: with its own lines, or without Trusted Types under `/admin/`."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of this response's policy."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/"):
            parts.replace = ADMIN
        elif not request.path_info.startswith(OURS):
            policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
            parts.replace = with_lines(policy, settings.STOPPRESS_POLICY)
        return parts
