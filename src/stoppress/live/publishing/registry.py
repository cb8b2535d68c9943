"""The registry of streams: which names exist, what they hold, and who may read them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from stoppress.live.errors import UnknownStream
from stoppress.live.protocol.names import NAME, OWN
from stoppress.live.rendering.locale import Locale, find_zone

_PLACEHOLDER = re.compile(r"<([a-z_]+)>")
_PARAMETER = r"(?P<\1>[a-z0-9_-]+)"

# It returns items, or live objects.
SnapshotFunction = Callable[..., Iterable[Any]]
Function = TypeVar("Function", bound=SnapshotFunction)


@dataclass(frozen=True)
class Stream:
    """A registered stream: a pattern of names, and a function that reads its items."""

    pattern: str
    take: SnapshotFunction
    limit: int
    exists: Callable[..., bool] | None
    may_read: Callable[..., bool] | None
    language: str | None = None
    time_zone: str | None = None

    @property
    def literal(self) -> int:
        """Return how many characters of the pattern are not placeholders."""
        return len(_PLACEHOLDER.sub("", self.pattern))

    @property
    def public(self) -> bool:
        """Return whether everyone may read it."""
        return self.may_read is None


@dataclass(frozen=True)
class NamedStream:
    """One name of a registered stream, with the values of its placeholders."""

    name: str
    stream: Stream
    parameters: Mapping[str, str]

    @property
    def locale(self) -> Locale:
        """Return the language and the time zone in which its items are rendered."""
        language, time_zone = (
            value and self.parameters.get(value, value)
            for value in (self.stream.language, self.stream.time_zone)
        )
        return Locale.known(language, time_zone)

    def exists(self) -> bool:
        """Return whether the site has this stream; may read the database."""
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
    language: str | None = None,
    time_zone: str | None = None,
) -> Callable[[Function], Function]:
    """Register a stream by decorating its snapshot function.

        @live.stream("section:<slug>", public=True, exists=section_exists)
        def section(limit, slug):
            return [article_item(a) for a in Article.objects.public().filter(…)[: limit + 1]]

    The function returns items, or objects of a `LiveModel`, the largest `order` first. Where there
    are more than `limit`, it returns one more, so that the page knows. It runs in a read-only
    transaction, together with the read of the log's head.

    Args:
        pattern: a name; `<slug>` in it stands for letters, digits, `_` and `-`.
        public: everyone may read it. Give either this or `may_read`.
        may_read: `may_read(user, **parameters)`, for streams that are not public.
        exists: `exists(**parameters)`; without it, every name of the pattern exists.
        limit: how many items a snapshot has.
        language: of its views, such as `"nb"`, or the name of a placeholder that holds it; without
            it, the site's.
        time_zone: of its views, such as `"Europe/Oslo"`, or the name of a placeholder; there the
            zone is written `europe-oslo`.
    """
    if public == (may_read is not None):
        raise ValueError(f"Stream {pattern!r}: give either public=True or may_read.")
    if not NAME.fullmatch(_PLACEHOLDER.sub("x", pattern)):
        raise ValueError(f"Stream {pattern!r}: names match {NAME.pattern}, with <placeholders>.")
    if "limit" in _PLACEHOLDER.findall(pattern):
        raise ValueError(
            f"Stream {pattern!r}: <limit> is the name of the function's first argument."
        )
    if pattern in _registered:
        raise ValueError(f"Stream {pattern!r} is registered already.")
    if limit < 1:
        raise ValueError(f"Stream {pattern!r}: limit must be 1 or more.")
    if time_zone not in {None, *_PLACEHOLDER.findall(pattern)} and not find_zone(str(time_zone)):
        raise ValueError(f"Stream {pattern!r}: there is no time zone {time_zone!r}.")

    def register(take: Function) -> Function:
        names = re.compile(_PLACEHOLDER.sub(_PARAMETER, pattern))
        registered = Stream(pattern, take, limit, exists, may_read, language, time_zone)
        _registered[pattern] = names, registered
        find.cache_clear()
        return take

    return register


@lru_cache(maxsize=1024)
def find(name: str) -> NamedStream | None:
    """Return the registered stream of a name; of several patterns the most literal one wins."""
    if not NAME.fullmatch(name):
        return None
    found = [
        NamedStream(name, candidate, match.groupdict())
        for names, candidate in _registered.values()
        if (match := names.fullmatch(name))
    ]
    return max(found, key=lambda named: named.stream.literal, default=None)


def find_registered(name: str) -> NamedStream:
    """Return the registered stream of a name.

    Raises:
        UnknownStream: no registered stream has that name.
    """
    named = find(name)
    if named is None:
        raise UnknownStream(f"No registered stream has the name {name!r}.")
    return named


def check_stream(name: str) -> str:
    """Return the name of a registered stream.

    Raises:
        UnknownStream: no registered stream has that name.
    """
    return find_registered(name).name


def may_meet(pattern: str, other: str) -> bool:
    """Return whether one name can match both patterns."""
    return _meet(_tokens(pattern), _tokens(other))


# A placeholder stands for one character of its kind, followed by any number of them.
_ONE, _MANY = "<one>", "<many>"


def _tokens(pattern: str) -> tuple[str, ...]:
    plain = _PLACEHOLDER.sub("\0", pattern)
    return tuple(t for c in plain for t in ((_ONE, _MANY) if c == "\0" else (c,)))


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one and not other:
        return True
    for here, there in ((one, other), (other, one)):
        if here and here[0] == _MANY:
            # Either it matches nothing more, or it matches the other's next token.
            if _meet(here[1:], there):
                return True
            return bool(there) and _stands_for(there[0]) and _meet(here, there[1:])
    return bool(one and other) and _equal(one[0], other[0]) and _meet(one[1:], other[1:])


def _stands_for(token: str) -> bool:
    return token in (_ONE, _MANY) or re.fullmatch(r"[a-z0-9_-]", token) is not None


def _equal(token: str, other: str) -> bool:
    if token == _ONE or other == _ONE:
        return _stands_for(token) and _stands_for(other)
    return token == other


def registered() -> list[Stream]:
    """Return every stream that the site registered, without the streams of `live` itself."""
    streams = (registered_stream for _, registered_stream in _registered.values())
    return [each for each in streams if not each.pattern.startswith(OWN)]


def unregister(pattern: str) -> None:
    """Remove a stream; for tests that register one."""
    _registered.pop(pattern, None)
    find.cache_clear()
