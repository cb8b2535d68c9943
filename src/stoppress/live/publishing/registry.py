"""The registry of streams: which names exist, what they hold, and who may read them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any, TypeVar

from stoppress.live.errors import UnknownStream
from stoppress.live.protocol.names import NAME, OWN, what_a_name_is
from stoppress.live.rendering.locale import Locale, find_zone

from .pattern import Pattern

# A snapshot function: it returns items, or live objects.
SnapshotFunction = Callable[..., Iterable[Any]]
Function = TypeVar("Function", bound=SnapshotFunction)
# Names that no placeholder may have: the snapshot function's arguments, and a tag's option.
_RESERVED = {
    "limit": "<limit> is the name of the function's first argument.",
    "below": "<below> is the name of an argument of functions that read older items.",
    "ceiling": "<ceiling> is the name of an option of live_feed.",
}


@dataclass(frozen=True)
class Stream:
    """A registered stream: a pattern of names, and a function that reads its items.

    Attributes:
        ranged: the function can read the items below an order.
    """

    pattern: str
    take: SnapshotFunction
    limit: int
    exists: Callable[..., bool] | None
    may_read: Callable[..., bool] | None
    language: str | None = None
    time_zone: str | None = None
    ranged: bool = False

    @property
    def public(self) -> bool:
        """Return whether everyone may read it."""
        return self.may_read is None


@dataclass(frozen=True)
class NamedStream:
    """One name of a registered stream, with the values of its placeholders."""

    name: str
    stream: Stream
    parameters: Mapping[str, Any]

    @property
    def locale(self) -> Locale:
        """Return the language and the time zone in which its items are rendered."""
        language, time_zone = (
            value and str(self.parameters.get(value, value))
            for value in (self.stream.language, self.stream.time_zone)
        )
        return Locale.known(language, time_zone)

    def exists(self) -> bool:
        """Return whether the site has this stream; may read the database."""
        check = self.stream.exists
        return check is None or check(**self.parameters)


_registered: dict[str, tuple[Pattern, Stream]] = {}


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

    **Older items.** A function that accepts `below` makes its stream a ranged one. It then returns
    the items whose order is smaller than `below`, or the newest where that is None:

        @live.stream("posts:<int:id>", public=True)
        def posts(limit, id, below=None):
            found = Post.objects.filter(story=id).order_by("-order")
            if below is not None:
                found = found.filter(order__lt=below)
            return found[: limit + 1]

    `below` is an order as it is on the wire: let the model's `live_order` be a method that returns
    the column. Orders are compared by code points; on PostgreSQL the column needs the collation
    "C". Each item needs a different order: of items with equal orders, those that do not fit into
    one range are missing from the next. `limit` is then the reader's limit, 100 at most.

    Args:
        pattern: a name; `<slug>` in it matches letters, digits, `_` and `-`. `<int:id>` matches a
            number, which the functions get as an `int`; any other text does not match. The
            converters are those of Django's paths.
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
    names = Pattern(pattern)
    for name in names.placeholders:
        if name in _RESERVED:
            raise ValueError(
                f"Stream {pattern!r}: {_RESERVED[name]} Name the placeholder differently."
            )
    if pattern in _registered:
        raise ValueError(f"Stream {pattern!r} is registered already.")
    if limit < 1:
        raise ValueError(f"Stream {pattern!r}: limit must be 1 or more.")
    if time_zone not in {None, *names.placeholders} and not find_zone(str(time_zone)):
        raise ValueError(f"Stream {pattern!r}: there is no time zone {time_zone!r}.")

    def register(take: Function) -> Function:
        registered = Stream(
            pattern, take, limit, exists, may_read, language, time_zone, _reads_below(take)
        )
        _registered[pattern] = names, registered
        find.cache_clear()
        return take

    return register


def _reads_below(take: SnapshotFunction) -> bool:
    """Return whether a snapshot function can be called with `below`."""
    try:
        found = signature(take).parameters.get("below")
    except (TypeError, ValueError):  # a function of C's may have no signature
        return False
    named = {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY}
    return found is not None and found.kind in named


@lru_cache(maxsize=1024)
def find(name: str) -> NamedStream | None:
    """Return the registered stream of a name; of several patterns, the most literal one wins."""
    if not NAME.fullmatch(name):
        return None
    found = [
        (names.literal, NamedStream(name, candidate, values))
        for names, candidate in _registered.values()
        if (values := names.match(name)) is not None
    ]
    return max(found, key=lambda each: each[0], default=(0, None))[1]


def find_registered(name: str) -> NamedStream:
    """Return the registered stream of a name.

    Raises:
        UnknownStream: no registered stream has that name.
    """
    named = find(name)
    if named is None:
        why = "" if NAME.fullmatch(name) else f" {what_a_name_is(name)}"
        raise UnknownStream(f"No registered stream has the name {name!r}.{why}")
    return named


def check_stream(name: str) -> str:
    """Return the name of a registered stream.

    Raises:
        UnknownStream: no registered stream has that name.
    """
    return find_registered(name).name


def is_gone(name: str) -> bool:
    """Return whether the site no longer has a stream; may read the database."""
    named = find(name)
    return not name.startswith(OWN) and (named is None or not named.exists())


def registered() -> list[Stream]:
    """Return all streams that the site registered, without `live`'s own streams."""
    streams = (registered_stream for _, registered_stream in _registered.values())
    return [each for each in streams if not each.pattern.startswith(OWN)]


def unregister(pattern: str) -> None:
    """Remove a stream; for tests that register one."""
    _registered.pop(pattern, None)
    find.cache_clear()
