"""A shelf: a bounded number of pages, of which the one not asked for the longest goes first."""

from collections import OrderedDict

from .kept_page import KeptPage
from .request import Key

# Bytes that an entry costs beside its page.
ENTRY_BYTES = 4096


class Shelf:
    """Keeps pages by what they answer.

    Args:
        pages: at most.
        size: bytes at most.
    """

    def __init__(self, pages: int, size: int) -> None:
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._most, self._room = pages, size
        self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> KeptPage | None:
        """Return a page, which is thereby the last that was asked for."""
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: Key, page: KeptPage) -> None:
        """Keep a page, and let go of what is too much."""
        self.drop(key)
        self._pages[key] = page
        self.size += page.size + ENTRY_BYTES
        while len(self._pages) > self._most or self.size > self._room:
            self.drop(next(iter(self._pages)))

    def drop(self, key: Key) -> None:
        """Let go of a page, if it is there."""
        page = self._pages.pop(key, None)
        if page is not None:
            self.size -= page.size + ENTRY_BYTES

    def sweep(self, now: float) -> None:
        """Let go of the pages whose time is over."""
        for key in [key for key, page in self._pages.items() if page.until <= now]:
            self.drop(key)
