"""The file in which one of several processes counts its metrics; a full disk does not kill it."""

import io
import logging
import mmap
import os
import struct
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

logger = logging.getLogger("stoppress.site")

FIRST_BYTES = 1 << 16
# Bytes of an entry beside its key (prometheus_client.mmap_dict): a length, padding, two doubles.
MOST_BESIDE_KEY = 4 + 8 + 16
NOTHING_YET = struct.pack("ii", 8, 0)


class MetricsFile(MmapedDict):
    """prometheus_client's file, but written to its full length before it is mapped.

    A process that writes to a mapped hole of a file on a full disk is killed by SIGBUS. If the
    disk is full, this process counts in memory instead, and its counts are not in `/metrics`.
    """

    warned = False

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        try:
            _make(Path(filename))
            super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]
        except OSError as error:
            self._fname, self._positions, self._used = filename, {}, len(NOTHING_YET)
            self._count_in_memory(NOTHING_YET, FIRST_BYTES, error)

    def _init_value(self, key: str) -> None:
        if self._used + len(key.encode()) + MOST_BESIDE_KEY > self._capacity:
            self._grow(2 * self._capacity)
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def _grow(self, capacity: int) -> None:
        if isinstance(self._f, io.BytesIO):
            self._map_memory(self._m[:], capacity)
            return
        try:
            _lengthen(self._f.fileno(), capacity)
            self._m = mmap.mmap(self._f.fileno(), capacity)
            self._capacity = capacity
        except OSError as error:
            self._f.close()
            self._count_in_memory(self._m[:], capacity, error)

    def _count_in_memory(self, counted: bytes, capacity: int, error: OSError) -> None:
        # The base class closes `_f`.
        self._f = io.BytesIO()
        self._map_memory(counted, capacity)
        if not MetricsFile.warned:
            MetricsFile.warned = True
            logger.error(
                "metrics of this process are missing from /metrics until it is replaced: %s", error
            )

    def _map_memory(self, counted: bytes, capacity: int) -> None:
        self._m = mmap.mmap(-1, capacity)
        self._m[: len(counted)] = counted
        self._capacity = capacity


def _make(path: Path) -> None:
    """Create the file if it does not exist, by a rename: `/metrics` must not read an empty one."""
    if path.exists():
        return
    # No other process uses this name: it contains the slot, which is this process's alone.
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.write_bytes(NOTHING_YET.ljust(FIRST_BYTES, b"\0"))
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _lengthen(file: int, capacity: int) -> None:
    size = os.fstat(file).st_size
    try:
        while (short := capacity - os.fstat(file).st_size) > 0:
            os.write(file, bytes(short))  # at the end: the file is open for appending
    except OSError:
        os.ftruncate(file, size)
        raise
