"""The servers that are fuzzed: an echo, the site itself, and nginx in front of either."""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from stoppress.drill.free_port import free_port
from tests.services import programs
from tests.services.process import Process
from tests.services.serve import Server

from .door import Place
from .find import Find

# Log lines of an exception or of an error. Django logs refused requests as errors of
# `django.security`, which are left out; an exception there would still be found.
TROUBLE = re.compile(
    r"Traceback \(most recent|Exception|never (retrieved|awaited)"
    r"| (ERROR|CRITICAL) (?!django\.security\.)"
)
ECHO = Place(b"/e/", b"here", b"/e/")
SITE = Place(b"/live/poll?stream=", b"127.0.0.1", b"/live/ws?stream=")
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream door {{ server 127.0.0.1:{behind}; keepalive 1; }}
  server {{
    listen 127.0.0.1:{port}; keepalive_requests 100000; client_max_body_size 0;
    location / {{
      proxy_pass http://door; proxy_http_version 1.1; proxy_read_timeout 10s;
      proxy_set_header Host $host; client_body_buffer_size 256;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Door:
    """A server at an address.

    Attributes:
        exact: its application reports what it has understood.
        strict: there is no proxy in front of it.
        statuses: the statuses that a victim may get.
        pids: its processes.
    """

    name: str
    address: tuple[str, int]
    place: Place
    exact: bool
    strict: bool
    statuses: frozenset[int]
    pids: tuple[int, ...]
    log: Path

    def check_log(self) -> None:
        """Raise a find if the log has an exception."""
        text = self.log.read_text(errors="replace")
        found = TROUBLE.search(text)
        if found:
            begin = text.rfind("\n", 0, found.start()) + 1
            raise Find(f"{self.name}: the log has an exception:\n{text[begin : begin + 3000]}")


@contextmanager
def echo(folder: Path, workers: int, portable: bool) -> Iterator[Door]:
    """Serve the echo."""
    words = [sys.executable, "-m", "tests.fuzz.echo", "--workers", str(workers)]
    log, told = folder / "echo.log", folder / "echo.told"
    words += ["--told", str(told)] + ["--portable"] * portable
    process = Process(words, log)
    try:
        process.wait_until(lambda: told.exists() and told.read_text().endswith("\n"), "it listened")
        port, *pids = map(int, told.read_text().split())
        yield Door(
            "echo", ("127.0.0.1", port), ECHO, True, True, frozenset({200}), tuple(pids), log
        )
    finally:
        process.kill()


@contextmanager
def site(folder: Path, workers: int, portable: bool) -> Iterator[Door]:
    """Serve the newspaper."""
    env = {
        "STOPPRESS_FAST_PATH": "0" if portable else "1",
        "STOPPRESS_HANDSHAKES_PER_SECOND": "0",
        "STOPPRESS_MAX_READERS_PER_ADDRESS": "0",
    }
    server = Server(folder / "data", env, ("--workers", str(workers), "--no-worker"))
    try:
        pids = tuple(pid for pid in processes(server.process.pid) if serves(pid))
        address = ("127.0.0.1", server.port)
        yield Door("site", address, SITE, False, True, frozenset({404}), pids, server.log)
    finally:
        server.end()


@contextmanager
def behind_nginx(door: Door, folder: Path) -> Iterator[Door | None]:
    """Put nginx in front of a server, with one connection that all clients share."""
    binary = programs.nginx()
    if binary is None:
        yield None
        return
    with tempfile.TemporaryDirectory(dir=folder) as name:
        port, config = free_port(), Path(name, "nginx.conf")
        config.write_text(NGINX.format(folder=name, port=port, behind=door.address[1]))
        process = Process([binary, "-p", name, "-c", config], Path(name, "log"))
        try:
            process.wait_until(lambda: Path(name, "pid").exists(), "it listened")
            address = ("127.0.0.1", port)
            yield Door(
                f"{door.name} behind nginx",
                address,
                door.place,
                False,
                False,
                door.statuses,
                door.pids,
                door.log,
            )
        finally:
            process.kill()


def serves(pid: int) -> bool:
    """Return whether a process belongs to the server, and is not a program that it has run."""
    with suppress(OSError):
        return b"stoppress" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def processes(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found
