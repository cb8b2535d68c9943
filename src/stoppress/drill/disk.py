"""A small file system that can be filled (Linux, as root)."""

import os
import shutil
import subprocess
from pathlib import Path


def permitted() -> bool:
    """Return whether this process may mount a file system."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


class SmallDisk:
    """A file system in memory, mounted at a directory.

    Raises:
        OSError: it cannot be mounted.
    """

    def __init__(self, directory: Path, megabytes: int) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(directory))

    def fill(self) -> None:
        """Fill all free space."""
        with (self.directory / "ballast").open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(64 * 1024))
            except OSError:
                pass

    def make_room(self) -> None:
        """Free the space that `fill` took."""
        (self.directory / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount it; its files are lost."""
        _run("umount", "--lazy", str(self.directory))


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, timeout=20)
    if done.returncode:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")
