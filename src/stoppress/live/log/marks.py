"""What a transaction marks while it is open: events, and objects that are read at its end."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, NamedTuple, Self


class Entry(NamedTuple):
    """An event to be logged; one without a stream withdraws a key from all streams.

    Attributes:
        shown_in: streams that a redaction also goes to, although their log no longer has the key.
        facts: what a redaction says of itself, as an item's JSON, by stream; only key and version
            in the others.
        of_object: it tells of an object, and not of what the site named at the call.
    """

    stream: str | None
    event: str
    op: str
    key: str
    version: int | None
    item: str
    redacts: bool = False
    shown_in: tuple[str, ...] = ()
    facts: Mapping[str, str] = MappingProxyType({})
    of_object: bool = False

    @property
    def withdraws(self) -> bool:
        """Return whether it withdraws its key from all streams."""
        return self.stream is None


@dataclass(frozen=True)
class State:
    """An object as it stands now.

    Attributes:
        items: what each stream shows, as JSON, by the stream's name.
    """

    key: str
    version: int | None
    items: Mapping[str, str]

    @property
    def streams(self) -> Set[str]:
        """Return the names of the streams that show it."""
        return self.items.keys()


class Subject(ABC):
    """An object that a transaction changed; it is told as it stands at the transaction's end.

    Attributes:
        created: it was no object before the transaction.
    """

    created: bool

    @property
    @abstractmethod
    def identity(self) -> Hashable:
        """Return what all marks of one object have in common."""

    @property
    @abstractmethod
    def before(self) -> Mapping[str, frozenset[str]]:
        """Return the keys that the object had, each with the streams known to have shown it."""

    @property
    @abstractmethod
    def noted(self) -> bool:
        """Return whether `before` says where the transaction found the object shown."""

    @abstractmethod
    def joined(self, later: Self) -> Self:
        """Return one mark for this one and a later one of the same object."""

    @property
    @abstractmethod
    def put_event(self) -> str:
        """Return the name of the event that shows the object, such as `match.changed`."""

    @abstractmethod
    def remove_event(self, *, gone: bool) -> str:
        """Return the name of the event that removes it; `gone`: the object is no more."""

    @classmethod
    @abstractmethod
    def read(cls, subjects: Sequence[Self], using: str) -> list[State | None]:
        """Read and render objects as they stand now; None for one that is no more."""


@dataclass(frozen=True)
class Retelling:
    """A stream that is told anew: its events are deleted, and every reader gets a snapshot.

    Attributes:
        redacts: texts leave the log, as with a redaction.
    """

    stream: str
    redacts: ClassVar[bool] = True


Mark = Entry | Subject | Retelling
