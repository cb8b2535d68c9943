"""The query parameters that a shared page reads; others must not split its cache."""

from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, QueryDict


@dataclass(frozen=True)
class QueryRead:
    """The query parameters that a view reads.

    Attributes:
        names: of the parameters; None where any may matter, so that each query is a page of its
            own.
    """

    names: frozenset[str] | None = None

    def narrow(self, query: bytes) -> bytes:
        """Return the parameters that are read, in canonical form.

        A query that Django refuses is returned unchanged, so that Django refuses it.
        """
        if self.names is None or not query:
            return query
        if not self.names:
            return b""
        try:
            return self._of(QueryDict(query.decode())).encode()
        except (SuspiciousOperation, UnicodeDecodeError):
            return query

    def narrow_request(self, request: HttpRequest) -> None:
        """Remove unread parameters from a request, so that the page cannot depend on them."""
        if self.names is None or not request.META.get("QUERY_STRING"):
            return
        query = self._of(request.GET) if self.names else ""
        request.META["QUERY_STRING"] = query
        request.GET = QueryDict(query)
        if isinstance(request, ASGIRequest):
            # A copy, since the server's own may be shared.
            request.scope = {**request.scope, "query_string": query.encode()}

    def _of(self, told: QueryDict) -> str:
        read = QueryDict(mutable=True)
        for name in sorted((self.names or frozenset()) & told.keys()):
            read.setlist(name, told.getlist(name))
        return read.urlencode()
