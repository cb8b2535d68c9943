"""Streams and their registration: which names exist, what they hold, who may read them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

NAME = re.compile(r"[a-z0-9][a-z0-9:_-]{0,63}")
_PLACEHOLDER = re.compile(r"<([a-z_]+)>")
_PARAMETER = r"(?P<\1>[a-z0-9_-]+)"

SnapshotFunction = Callable[..., Iterable[Mapping[str, object]]]
Function = TypeVar("Function", bound=SnapshotFunction)


@dataclass(frozen=True)
class Stream:
    """A registered stream: a pattern of names, and how to read what a name of it holds."""

    pattern: str
    take: SnapshotFunction
    limit: int
    exists: Callable[..., bool] | None
    may_read: Callable[..., bool] | None

    @property
    def public(self) -> bool:
        """Say whether everybody may read it."""
        return self.may_read is None


@dataclass(frozen=True)
class NamedStream:
    """One name of a registered stream, with what its placeholders stand for."""

    name: str
    stream: Stream
    parameters: Mapping[str, str]

    def exists(self) -> bool:
        """Ask the site whether there is such a stream; may read the database."""
        check = self.stream.exists
        return check is None or check(**self.parameters)


_registered: dict[str, tuple[re.Pattern[str], Stream]] = {}


def stream(
    pattern: str,
    *,
    public: bool = False,
    may_read: Callable[..., bool] | None = None,
    exists: Callable[..., bool] | None = None,
    limit: int = 30,
) -> Callable[[Function], Function]:
    """Register a stream by decorating its snapshot function.

        @live.stream("section:<slug>", public=True, exists=section_exists)
        def section(limit, slug):
            return [article_item(a) for a in Article.objects.public().filter(…)[: limit + 1]]

    The function returns items, the largest `order` first: one more than `limit` where there are
    more, so that the page knows. It runs in a read-only transaction beside the log's head.

    Args:
        pattern: a name; `<slug>` in it stands for letters, digits, `_` and `-`.
        public: everybody may read it. Must be said, or `may_read` given.
        may_read: `may_read(user, **parameters)`, for streams that are not public.
        exists: `exists(**parameters)`; without it, every name of the pattern exists.
        limit: how many items a snapshot has.
    """
    if public == (may_read is not None):
        raise ValueError(f"Stream {pattern!r}: say public=True, or who may_read it, one of both.")
    if not NAME.fullmatch(_PLACEHOLDER.sub("x", pattern)):
        raise ValueError(f"Stream {pattern!r}: names match {NAME.pattern}, with <placeholders>.")
    if limit < 1:
        raise ValueError(f"Stream {pattern!r}: limit must be 1 or more.")

    def register(take: Function) -> Function:
        names = re.compile(_PLACEHOLDER.sub(_PARAMETER, pattern))
        _registered[pattern] = (names, Stream(pattern, take, limit, exists, may_read))
        return take

    return register


def find(name: str) -> NamedStream | None:
    """Return the registered stream that a name belongs to; the first registered wins."""
    if NAME.fullmatch(name):
        for names, candidate in _registered.values():
            if match := names.fullmatch(name):
                return NamedStream(name, candidate, match.groupdict())
    return None


def registered() -> list[Stream]:
    """Return every registered stream."""
    return [registered_stream for _, registered_stream in _registered.values()]


def unregister(pattern: str) -> None:
    """Forget a stream; for tests that register one."""
    _registered.pop(pattern, None)
