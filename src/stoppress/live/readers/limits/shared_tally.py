"""The tally of a server of several processes: a file that each of them maps into its memory."""

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

# What the memory's layout depends on: processes of another version would count beside each other.
MARK = f"sp2 {DEPTH}x{WIDTH}".encode().ljust(KEY_AT.start, b".")


class SharedTally(Tally):
    """The tally of one process of several; its slot is its own as long as it lives."""

    def __init__(self, path: Path, slot: int, slots: int) -> None:
        """Take a slot of the file, which is made where it is not there.

        Raises:
            ValueError: there is no such slot, or the file is of another server.
            BlockingIOError: another process has this slot.
        """
        self._file = _open(path, slot, slots)
        self._map = mmap.mmap(self._file.fileno(), bytes_needed(slots))
        self._memory = memoryview(self._map)
        super().__init__(self._memory, slot, slots)

    def close(self) -> None:
        """Leave the slot to another process."""
        self.forget()
        self._words.release()
        self._long_words.release()
        self._memory.release()
        self._map.close()
        self._file.close()


def give_back(path: Path, slot: int, slots: int) -> bool:
    """Forget the readers of a process that has died; for who looks after the processes.

    Returns:
        whether that was done; not where another process has taken the slot by now.
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
        raise OSError("several processes cannot share a tally here; run one")
    if not 0 <= slot < slots:
        raise ValueError(f"there is no slot {slot} of {slots}")
    _make(path, slots)
    file = path.open("r+b", buffering=0)
    try:
        size = os.fstat(file.fileno()).st_size
        if size != bytes_needed(slots) or file.read(len(MARK)) != MARK:
            raise ValueError(
                f"{path} is not the tally of a server with {slots} slots; remove it while none runs"
            )
        # The lock ends with the process, or when the process closes any descriptor of the file.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
    except BlockingIOError as error:
        file.close()
        raise BlockingIOError(f"another process counts in slot {slot} of {path}") from error
    except BaseException:
        file.close()
        raise
    return file


def _make(path: Path, slots: int) -> None:
    """Make the file, whole at once: whichever process comes first gives it its key."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            os.chmod(draft, 0o600)
            # To its full length: a page that finds no room on the disk later kills who touches it.
            head = MARK + secrets.token_bytes(KEY_BYTES)
            file.write(head.ljust(bytes_needed(slots), b"\0"))
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        draft.unlink(missing_ok=True)
