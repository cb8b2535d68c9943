"""A shelf: a bounded set of cached pages; the least recently used is dropped first."""

from collections import OrderedDict

from .kept_page import KeptPage
from .request import Key

# Bytes of an entry besides its page.
ENTRY_BYTES = 4096


class Shelf:
    """Keeps pages by key.

    Args:
        pages: most pages.
        size: most bytes.
    """

    def __init__(self, pages: int, size: int) -> None:
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._most, self._room = pages, size
        self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> KeptPage | None:
        """Return a page, and mark it as the most recently used."""
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: Key, page: KeptPage) -> None:
        """Keep a page, and drop what exceeds the limits."""
        self.drop(key)
        self._pages[key] = page
        self.size += page.size + ENTRY_BYTES
        while len(self._pages) > self._most or self.size > self._room:
            self.drop(next(iter(self._pages)))

    def drop(self, key: Key) -> None:
        """Drop a page, if there is one."""
        page = self._pages.pop(key, None)
        if page is not None:
            self.size -= page.size + ENTRY_BYTES

    def sweep(self, now: float) -> None:
        """Drop the expired pages."""
        for key in [key for key, page in self._pages.items() if page.until <= now]:
            self.drop(key)
