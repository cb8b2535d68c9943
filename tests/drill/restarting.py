"""Restart two servers behind nginx, one after the other, while readers follow the news.

`python -m tests.drill.restarting [--readers 2000] [--mutations 400]` starts PostgreSQL, Redis, two
servers of two processes each, and nginx, and prints how late the readers got each event. The news
is written to the database itself: a publication that fails ends the run.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from stoppress.drill.audience import TRANSPORTS, Audience
from stoppress.drill.backend import Backend
from stoppress.drill.delays import delays, percentile
from stoppress.drill.deployment import Deployment
from stoppress.drill.free_port import free_port
from stoppress.drill.history import heads
from stoppress.drill.judge import judge
from stoppress.drill.record import Record
from tests.services import programs
from tests.services.process import Process

from .servers import DrillPostgres, start_redis

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_rlimit_nofile 65536;
events {{ worker_connections 32768; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  map $http_upgrade $upgrade_to {{ default ""; "~*^websocket$" websocket; }}
  map $upgrade_to $connection_to {{ default close; websocket upgrade; }}
  upstream stoppress {{ least_conn; {servers} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://stoppress;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $upgrade_to;
      proxy_set_header Connection $connection_to;
      proxy_buffering off;
      proxy_read_timeout 90s;
      proxy_next_upstream error timeout http_503;
    }}
  }}
}}
"""
# A restart begins when so many seconds of news have gone by since the one before.
BETWEEN = 4.0


def main() -> int:
    """Run it; return 1 if a reader differs from the log."""
    parser = argparse.ArgumentParser("tests.drill.restarting")
    parser.add_argument("--readers", type=int, default=2000)
    parser.add_argument("--mutations", type=int, default=400)
    options = parser.parse_args()
    with ExitStack() as ending:
        postgres, redis = DrillPostgres.begin(), start_redis()
        if postgres is None or redis is None:
            sys.exit("PostgreSQL or Redis is not on this machine: `make services` tells more.")
        ending.callback(postgres.stop)
        ending.callback(redis.stop)
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="stoppress-two-")))
        database = ending.enter_context(Backend(postgres.url(), redis.url).scratch())
        servers = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            env = {**database, "STOPPRESS_SECRET_KEY": "two servers have one key" * 3}
            env["STOPPRESS_DRAIN_SECONDS"] = "10"  # the default
            servers.append(Deployment(folder / name, env))
            ending.callback(servers[-1].end)
        first, second = servers
        first.open()
        second.stories, second.live_stories = first.stories, first.live_stories
        second.start()
        url = ending.enter_context(nginx(folder, [each.port for each in servers]))
        audience = Audience(folder, first.env)
        ending.callback(audience.end)
        audience.join(options.readers, [url], first.asks())
        audience.until_joined(seconds=180)
        seconds = 4 * BETWEEN
        press = first.publish(options.mutations, "--over", f"{seconds:g}")
        begun = time.time()
        for server in servers:
            time.sleep(BETWEEN)  # news in an ordinary state
            restart(server)
        press.finish()
        histories = first.histories()
        there = audience.until_at(heads(histories), 30)
        records = audience.records()
        found = judge(records, histories, resets=())
    return told(records, begun, there and found.clean, found.words)


def restart(server: Deployment) -> None:
    """Stop a server as a service manager does, and start it again."""
    assert server.server is not None
    began = time.monotonic()
    server.server.signal(signal.SIGTERM)
    server.server.wait(60)
    ended = time.monotonic()
    server.start()
    print(f"left in {ended - began:.1f} s, back {time.monotonic() - ended:.1f} s later", flush=True)


def told(records: list[Record], begun: float, equal: bool, words: list[str]) -> int:
    """Print the figures; return the exit status."""
    for chosen in (*((transport,) for transport in TRANSPORTS), TRANSPORTS):
        late = delays(records, begun, time.time(), chosen)
        print(
            f"{'/'.join(chosen):<12} events {len(late):>9,}  median {percentile(late, 50):.2f} s  "
            f"99 % {percentile(late, 99):.2f} s  last {max(late):.2f} s"
        )
    cut = sum(record.cuts() for record in records)
    print(f"{len(records)} readers, {cut} reconnects, equal to the log: {equal}", *words, sep="\n")
    return 0 if equal else 1


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[str]:
    """Run nginx in front of some servers; give its address."""
    binary = programs.nginx()
    if binary is None:
        sys.exit("nginx is not on this machine: `make services` tells more.")
    port = free_port()
    upstream = " ".join(f"server 127.0.0.1:{each} fail_timeout=1s;" for each in ports)
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, port=port, servers=upstream))
    process = Process([str(binary), "-c", str(file), "-p", str(folder)], folder / "nginx.out")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop(10)


if __name__ == "__main__":
    sys.exit(main())
