"""A network of its own for some readers, whose line can be made to go dead (Linux, as root)."""

import os
import secrets
import shutil
import subprocess

SERVER, READER = "10.213.7.1", "10.213.7.2"


def permitted() -> bool:
    """Return whether this process may make network namespaces."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


class Namespace:
    """A namespace with one line to this machine; nothing else is to be reached from it.

    Raises:
        OSError: the system does not let it be made.
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
        """Return the words before a command that is to run in the namespace."""
        return ["ip", "netns", "exec", self.name]

    def drop_line(self) -> None:
        """Lose every packet from now on, and tell neither end."""
        # At the far end: here the route would go with the interface, and sends would fail.
        _ip("-n", self.name, "link", "set", self._there, "down")

    def mend_line(self) -> None:
        """Let packets through again."""
        _ip("-n", self.name, "link", "set", self._there, "up")

    def remove(self) -> None:
        """Remove the namespace, and its line with it."""
        for words in (("link", "del", self._here), ("netns", "del", self.name)):
            try:
                _ip(*words)
            except OSError:
                continue  # it was not made, or has gone with the other


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=20)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
