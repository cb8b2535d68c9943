"""A network namespace for some readers, whose link can be made to lose packets (Linux, root)."""

import os
import secrets
import shutil
import subprocess

SERVER, READER = "10.213.7.1", "10.213.7.2"


def permitted() -> bool:
    """Return whether this process may make network namespaces."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


class Namespace:
    """A network namespace with one link to this machine, and no other way out.

    Raises:
        OSError: it cannot be created.
    """

    def __init__(self) -> None:
        self.name = f"drill{secrets.token_hex(4)}"
        self._here, there = f"dh{self.name[5:]}", f"dt{self.name[5:]}"
        _ip("netns", "add", self.name)
        try:
            _ip("link", "add", self._here, "type", "veth", "peer", "name", there)
            _ip("link", "set", there, "netns", self.name)
            _ip("addr", "add", f"{SERVER}/30", "dev", self._here)
            _ip("link", "set", self._here, "up")
            within = ("-n", self.name)
            _ip(*within, "addr", "add", f"{READER}/30", "dev", there)
            _ip(*within, "link", "set", there, "up")
            _ip(*within, "link", "set", "lo", "up")
        except OSError:
            self.remove()
            raise
        self._there = there

    @property
    def prefix(self) -> list[str]:
        """Return the words that make a command run in the namespace."""
        return ["ip", "netns", "exec", self.name]

    def drop_line(self) -> None:
        """Lose every packet from now on; neither end is notified."""
        # The far end is taken down. At this end the route would go too, and sends would fail.
        _ip("-n", self.name, "link", "set", self._there, "down")

    def mend_line(self) -> None:
        """Let packets through again."""
        _ip("-n", self.name, "link", "set", self._there, "up")

    def remove(self) -> None:
        """Remove the namespace and its link."""
        for words in (("link", "del", self._here), ("netns", "del", self.name)):
            try:
                _ip(*words)
            except OSError:
                continue  # it was never created, or was removed with the other


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=20)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
