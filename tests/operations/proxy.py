"""The documented proxies, with their files as they stand but for names, ports and paths."""

import os
import pwd
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stoppress.drill.free_port import free_port
from tests.services import programs
from tests.services.command import STATIC_ROOT
from tests.services.process import Process

FILES = Path(__file__).parents[2] / "docs" / "operations"
STATIC = re.compile(r"```nginx\n(location /static/ .+?)```", re.DOTALL)
# What an operator replaces by the site's own.
NAME = "news.example.org"


@dataclass(frozen=True)
class Proxy:
    """A proxy in front of a server, by HTTPS.

    Attributes:
        url: of the site, without its last slash.
        plain: the same by HTTP.
        certificate: which clients have to trust.
    """

    url: str
    plain: str
    certificate: Path
    process: Process
    reloading: tuple[str | Path, ...]

    def reload(self) -> None:
        """Reload the configuration as the proxy's manual says."""
        subprocess.run(self.reloading, check=True, capture_output=True, timeout=30)


@contextmanager
def nginx(folder: Path, server_port: int) -> Iterator[Proxy]:
    """Run nginx with `docs/operations/nginx.conf`; it serves the static files, as documented."""
    binary = programs.nginx()
    assert binary is not None
    secure, plain = free_port(), free_port()
    certificate, key = make_certificate(folder)
    text = (FILES / "nginx.conf").read_text()
    static = STATIC.findall((FILES.parent / "operations.md").read_text())[0]
    text = text.replace("location = /metrics {", f"{static}location = /metrics {{")
    account = pwd.getpwuid(os.getuid())
    for old, new in {
        "user www-data;": f"user {account.pw_name};",
        "listen 443 ": f"listen 127.0.0.1:{secure} ",
        "listen [::]:443 ": f"listen [::1]:{secure} ",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen [::]:80;": f"listen [::1]:{plain};",
        "https://$host$": f"https://$host:{secure}$",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{server_port};",
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(certificate),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(key),
        "/run/nginx.pid": str(folder / "pid"),
        "/var/log/nginx/": f"{folder}/",
        "/var/cache/stoppress-polls": str(folder / "polls"),
        "/var/cache/stoppress-media": str(folder / "media"),
        "/var/lib/stoppress-static/": f"{STATIC_ROOT}/",
        "worker_shutdown_timeout 5m;": "worker_shutdown_timeout 1s;",
        # Places that are compiled in, and that only root can write to.
        "http {": "http {\n"
        + "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY),
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    config = folder / "nginx.conf"
    config.write_text(text_for_this_machine(text.replace(NAME, "localhost")))
    subprocess.run([binary, "-t", "-c", config], check=True, capture_output=True, timeout=30)
    process = Process([binary, "-c", config, "-g", "daemon off;"], folder / "nginx.log")
    with running(process, secure):
        reloading = (binary, "-c", config, "-s", "reload")
        yield Proxy(*addresses(secure, plain), certificate, process, reloading)


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def caddy(folder: Path, server_port: int) -> Iterator[Proxy]:
    """Run the Caddy that STOPPRESS_CADDY names, with `docs/operations/Caddyfile`."""
    binary = os.environ["STOPPRESS_CADDY"]
    secure, plain, admin = free_port(), free_port(), free_port()
    certificate, key = make_certificate(folder)
    text = (FILES / "Caddyfile").read_text()
    for old, new in {
        f"\n{NAME} {{\n": f"\nlocalhost {{\n\ttls {certificate} {key}\n",
        "reverse_proxy 127.0.0.1:8000 ": f"reverse_proxy 127.0.0.1:{server_port} ",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    ports = f"admin 127.0.0.1:{admin}\nhttp_port {plain}\nhttps_port {secure}\n"
    config = folder / "Caddyfile"
    config.write_text(f"{{\n{ports}default_bind 127.0.0.1\n}}\n{text}")
    env = {name: os.environ[name] for name in ("PATH",)} | {"HOME": str(folder)}
    command = [binary, "run", "--adapter", "caddyfile", "--config", config]
    process = Process(command, folder / "caddy.log", env=env)
    with running(process, secure):
        reloading = (binary, "reload", "--force", "--adapter", "caddyfile", "--config", config)
        yield Proxy(*addresses(secure, plain), certificate, process, reloading)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost that signs itself; return it and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return certificate, key


def text_for_this_machine(text: str) -> str:
    """Return nginx's configuration, without IPv6 where the machine has none."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return re.sub(r"(?m)^\s*listen \[::1\].*\n", "", text)
    return text


def addresses(secure: int, plain: int) -> tuple[str, str]:
    return f"https://localhost:{secure}", f"http://localhost:{plain}"


@contextmanager
def running(process: Process, port: int) -> Iterator[None]:
    """Wait until a proxy listens; end it afterwards."""
    try:
        process.wait_until(lambda: listens(port), "it listened")
        yield
    finally:
        process.kill()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def trusting(certificate: Path) -> ssl.SSLContext:
    """Return a client's TLS settings."""
    return ssl.create_default_context(cafile=str(certificate))
