"""Marks of an open transaction: events, and objects that are read at its end."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, NamedTuple, Self


class Entry(NamedTuple):
    """An event to be logged; one without a stream withdraws a key from all streams.

    Attributes:
        shown_in: streams that a redaction also goes to, although their log no longer has the key.
        facts: for a redaction, the item of its `remove` as JSON, by stream; in other streams it
            has only key and version.
        of_object: the event was made from a `Subject`, not from a call of the site's.
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
    """The present state of an object.

    Attributes:
        items: the object's item as JSON, by stream name.
    """

    key: str
    version: int | None
    items: Mapping[str, str]

    @property
    def streams(self) -> Set[str]:
        """Return the names of the streams that show it."""
        return self.items.keys()


class Subject(ABC):
    """An object that a transaction changed; its state at the transaction's end is published.

    Attributes:
        created: the transaction created the object.
    """

    created: bool

    @property
    @abstractmethod
    def identity(self) -> Hashable:
        """Return the object's identity: equal for all marks of one object."""

    @property
    @abstractmethod
    def before(self) -> Mapping[str, frozenset[str]]:
        """Return the keys that the object had, each with the streams known to have shown it."""

    @property
    @abstractmethod
    def noted(self) -> bool:
        """Return whether `before` was read before the transaction changed the object."""

    @abstractmethod
    def joined(self, later: Self) -> Self:
        """Return this mark joined with a later mark of the same object."""

    @property
    @abstractmethod
    def put_event(self) -> str:
        """Return the name of the event that shows the object, such as `match.changed`."""

    @abstractmethod
    def remove_event(self, *, gone: bool) -> str:
        """Return the name of the event that removes it; `gone`: the object was deleted."""

    @classmethod
    @abstractmethod
    def read(cls, subjects: Sequence[Self], using: str) -> list[State | None]:
        """Read and render the present state of objects; None for a deleted one."""


@dataclass(frozen=True)
class Retelling:
    """A stream that is retold: its events are deleted, and every reader gets a snapshot.

    Attributes:
        redacts: texts are removed from the log, as by a redaction.
    """

    stream: str
    redacts: ClassVar[bool] = True


Mark = Entry | Subject | Retelling
