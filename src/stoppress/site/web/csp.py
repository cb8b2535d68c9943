"""The Content-Security-Policy: strict for readers, without Trusted Types for Django's admin.

A site's own lines are only for the readers' pages: no third-party script runs anywhere else. Other
sites may frame only the pages made for it.
"""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from stoppress.newsroom.page_kind import PageKind, page_kind

from .policy_lines import with_lines

# The admin's own scripts build HTML from strings, which Trusted Types forbid.
ADMIN = {"require-trusted-types-for": None, "trusted-types": None}


class SitePolicy(CSPMiddleware):
    """Sends the policy for the kind of page: extra sources, and the sites that may frame it."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of this response's policy."""
        parts = super().get_policy_parts(request, response, report_only)
        kind = page_kind(response)
        if request.path_info.startswith("/admin/"):
            parts.replace = ADMIN
        elif kind is not None:
            policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
            lines = with_lines(policy, settings.STOPPRESS_POLICY)
            if kind is PageKind.FRAMED:
                lines["frame-ancestors"] = settings.STOPPRESS_FRAME_ANCESTORS or ["'none'"]
            parts.replace = lines
        return parts
