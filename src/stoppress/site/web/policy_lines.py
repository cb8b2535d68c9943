"""A site's own lines in the Content-Security-Policy of the readers' pages."""

import re
from collections.abc import Mapping, Sequence

# Directives about what a page loads and where it sends. The others protect it from takeover.
DIRECTIVES = (
    *("script-src", "style-src", "img-src", "font-src", "connect-src", "frame-src"),
    *("media-src", "worker-src", "trusted-types"),
)
_HOST = r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*"
_SOURCE = re.compile(
    rf"https://{_HOST}(?::[0-9]{{1,5}})?(?:/[\w.~%/-]*)?|'self'|'sha(?:256|384|512)-[\w+/=-]+'",
    re.ASCII | re.IGNORECASE,
)
_TYPES = re.compile(r"[\w=/@.%#-]+", re.ASCII)


def parse_lines(text: str) -> dict[str, list[str]]:
    """Parse lines such as `script-src https://ads.example; frame-src https://ads.example`.

    A source is an https address of a host, `'self'` or a hash; of `trusted-types`, a policy's name.

    Raises:
        ValueError: a directive or a source is none of these; the message says which.
    """
    lines: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.split(";"))):
        directive, *sources = line.split()
        if directive not in DIRECTIVES:
            raise ValueError(f"{directive!r} is none of {', '.join(DIRECTIVES)}")
        if directive in lines:
            raise ValueError(f"{directive} is there twice")
        if not sources:
            raise ValueError(f"{directive} names no source")
        allowed = _TYPES if directive == "trusted-types" else _SOURCE
        for source in sources:
            if not allowed.fullmatch(source):
                raise ValueError(f"{source} is not allowed in {directive}")
        lines[directive] = sources
    return lines


def with_lines(
    policy: Mapping[str, Sequence[str]], lines: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return only the changed directives of a policy to which these lines are added."""
    return {
        name: [*(each for each in policy.get(name, ()) if each != "'none'"), *sources]
        for name, sources in lines.items()
    }
