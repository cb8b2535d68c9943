"""The site's route table: each pattern of its URLs, with the parameters that it has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from stoppress.live.transports.routing import _TRANSPORTS

_ROUTE_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_REGEX_PARAMETER = re.compile(r"\(\?P<(\w+)>[^()]*\)")
# A regular expression that does not say where it ends goes on.
REST = "<rest>"


@dataclass(frozen=True)
class Route:
    """One pattern, written as `/articles/<pk>/`."""

    path: str

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(\w+)>", self.path)

    def filled(self, values: dict[str, object]) -> str:
        """Return the address with these values."""
        return re.sub(r"<(\w+)>", lambda found: str(values[found[1]]), self.path)


def routes() -> list[Route]:
    """Return every route of the site, in the order of their paths."""
    paths = {f"/{path}" for path in _paths(get_resolver(), "")}
    return [Route(path) for path in sorted(paths)]


def transports() -> list[str]:
    """Return the addresses that answer beside Django."""
    return sorted(path for _, path in _TRANSPORTS)


def _paths(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = before + _written(entry)
        if isinstance(entry, URLResolver):
            yield from _paths(entry, path)
        else:
            yield path


def _written(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    if isinstance(entry.pattern, RoutePattern):
        return _ROUTE_PARAMETER.sub(r"<\1>", text)
    ends = text.endswith("$") or isinstance(entry, URLResolver)
    return _REGEX_PARAMETER.sub(r"<\1>", text.strip("^$")) + ("" if ends else REST)
