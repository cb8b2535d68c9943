"""nginx with one worker: serves a page as a file, and is the base of nchan."""

import os
from pathlib import Path
from string import Template

from stoppress.drill.free_port import free_port
from tests.services import programs

from .base import CannotRun
from .peer import Peer, open_files

CONFIGURATION = Template("""\
$modules
daemon off;
worker_processes 1;
worker_rlimit_nofile $files;
pid $folder/nginx.pid;
error_log stderr warn;
$user
events {
  worker_connections $files;
  multi_accept on;
}
http {
  access_log off;
  default_type "text/html; charset=utf-8";
  sendfile on;
  client_header_timeout 1h;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
  server {
    listen 127.0.0.1:$port backlog=4096;
$server
  }
}
""")


def start(folder: Path, cpus: set[int], root: Path) -> Peer:
    """Serve the files under `root`; `/` is its `index.html`."""
    peer = Peer("nginx", free_port(), "/")
    run(peer, folder, cpus, f"    root {root.resolve()};\n    index index.html;")
    return peer


def run(peer: Peer, folder: Path, cpus: set[int], server: str, module: Path | None = None) -> None:
    """Start nginx with `server` as the content of its server block.

    Raises:
        CannotRun: it is not installed, or does not start.
    """
    binary = programs.nginx()
    if binary is None:
        raise CannotRun(str(missing()))
    folder = folder.resolve()
    configuration = folder / f"{peer.name}.conf"
    configuration.write_text(
        CONFIGURATION.substitute(
            modules=f"load_module {module};" if module else "",
            files=open_files(),
            folder=folder,
            # Started by root, its worker would run as another user, who cannot read root's folder.
            user="user root;" if os.geteuid() == 0 else "",
            port=peer.port,
            server=server,
        )
    )
    # -e: before it has read the configuration, nginx would log to a file that only root may write.
    peer.run([binary, "-e", "stderr", "-p", folder, "-c", configuration], folder, cpus)


def missing() -> str | None:
    """Return why the server cannot run here; None if it can."""
    return None if programs.nginx() else "nginx is not on this machine (`make bench` tells more)"
