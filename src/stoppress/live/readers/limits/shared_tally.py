"""The tally of a server with several processes: a file that each maps into its memory."""

import mmap
import os
import secrets
import sys
from pathlib import Path
from typing import BinaryIO

from .sketch import DEPTH, KEY_BYTES, WIDTH
from .tally import KEY_AT, SLOT_WORDS, Tally, bytes_needed, head_of

if sys.platform != "win32":
    import fcntl

# The layout of the memory: a process of another version must not use the same file.
MARK = f"sp2 {DEPTH}x{WIDTH}".encode().ljust(KEY_AT.start, b".")


class SharedTally(Tally):
    """One process's tally in a shared file; the process owns its slot as long as it lives."""

    def __init__(self, path: Path, slot: int, slots: int) -> None:
        """Take a slot of the file, which is created if it is missing.

        Raises:
            ValueError: there is no such slot, or the file belongs to another server.
            BlockingIOError: another process has this slot.
        """
        self._file = _open(path, slot, slots)
        self._map = mmap.mmap(self._file.fileno(), bytes_needed(slots))
        self._memory = memoryview(self._map)
        super().__init__(self._memory, slot, slots)

    def close(self) -> None:
        """Release the slot to another process."""
        self.forget()
        self._words.release()
        self._long_words.release()
        self._memory.release()
        self._map.close()
        self._file.close()


def give_back(path: Path, slot: int, slots: int) -> bool:
    """Forget the readers of a process that has died; for the supervisor of the processes.

    Returns:
        whether that was done; False where another process has the slot by now.
    """
    try:
        file = _open(path, slot, slots)
    except BlockingIOError:
        return False
    with file:
        os.pwrite(file.fileno(), bytes(4 * SLOT_WORDS), 4 * head_of(slot))
    return True


def _open(path: Path, slot: int, slots: int) -> BinaryIO:
    """Open the file with the slot locked for this process."""
    if sys.platform == "win32":
        raise OSError("Windows cannot share a tally between processes; run one process")
    if not 0 <= slot < slots:
        raise ValueError(f"there is no slot {slot} of {slots}")
    _make(path, slots)
    file = path.open("r+b", buffering=0)
    try:
        size = os.fstat(file.fileno()).st_size
        if size != bytes_needed(slots) or file.read(len(MARK)) != MARK:
            raise ValueError(
                f"{path} is not the tally of a server with {slots} slots; "
                "stop the server and remove the file"
            )
        # The lock ends with the process, or when the process closes any descriptor of the file.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
    except BlockingIOError as error:
        file.close()
        raise BlockingIOError(f"another process uses slot {slot} of {path}") from error
    except BaseException:
        file.close()
        raise
    return file


def _make(path: Path, slots: int) -> None:
    """Create the file in one step; the first process to do so chooses its key."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            os.chmod(draft, 0o600)
            # Written in full: if the disk were full later, touching a missing page would kill the
            # process.
            head = MARK + secrets.token_bytes(KEY_BYTES)
            file.write(head.ljust(bytes_needed(slots), b"\0"))
        os.link(draft, path)
    except FileExistsError:
        pass  # another process created it first
    finally:
        draft.unlink(missing_ok=True)
