"""A herd of page requests: our front page from memory, compared with nginx serving it as a file."""

import time
import urllib.request
from typing import Any

from benchmarks.load.generator import Load
from benchmarks.servers import nginx
from benchmarks.servers.base import CannotRun
from benchmarks.servers.watched import client as watched
from benchmarks.stage import Setting, Stage, each, staged

CONNECTIONS = 64
NEWCOMERS = 1000
ARTICLES = 30


def run(setting: Setting) -> dict[str, Any]:
    """Measure one round: ours and nginx in turns, then a thousand first-time readers at once."""
    turns, seconds = setting.some(3, 2), float(setting.some(4, 1))

    def one(name: str) -> dict[str, Any]:
        with staged(setting, name) as stage:
            _fill_page(stage)
            result = _beside_nginx(stage, turns, seconds)
        with staged(setting, name, watched.ENVIRONMENT) as stage:
            _fill_page(stage)
            result["newcomers"] = _newcomers(stage)
        return result

    # Pages do not depend on the path of the sockets.
    return each(setting, ("fast",), one)


def _fill_page(stage: Stage) -> None:
    """Publish as many articles as the front page shows."""
    for number in range(ARTICLES):
        stage.served.publish_article(f"Water stands at {number} centimetres")


def _beside_nginx(stage: Stage, turns: int, seconds: float) -> dict[str, Any]:
    served, load = stage.served, stage.load
    page = _page(served.port)
    root = stage.setting.folder / f"page-{time.monotonic_ns()}"
    root.mkdir()
    (root / "index.html").write_bytes(page)
    if why := nginx.missing():
        print(f" nginx NOT MEASURED: {why};", end="", flush=True)
        file = None
    else:
        file = nginx.start(root, stage.setting.cpus[0], root)
    try:
        if file is not None and _page(file.port) != page:
            raise CannotRun("nginx serves other bytes than ours")
        result: dict[str, Any] = {"page_bytes": len(page), "ours": [], "nginx": [], "faults": []}
        load.http(served.port, "/", CONNECTIONS, 1.0)
        for _ in range(turns):
            result["ours"].append(_rate(load, served.port, seconds, len(page), result["faults"]))
            if file is not None:
                rate = _rate(load, file.port, seconds, len(page), result["faults"])
                result["nginx"].append(rate)
        return result
    finally:
        if file is not None:
            file.stop()


def _page(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
        body: bytes = answer.read()
    return body


def _rate(load: Load, port: int, seconds: float, size: int, faults: list[str]) -> float:
    told = load.http(port, "/", CONNECTIONS, seconds)
    if told["refused"] or told["failed"]:
        faults.append(f"{told['refused']} refused, {told['failed']} failed: {told['failure']}")
    return float(told["answers"] / (told["span"] / 1e9))


def _newcomers(stage: Stage) -> dict[str, Any]:
    """Return how long first-time readers wait if all come at once, just after a publication."""
    _page(stage.served.port)
    stage.served.publish_article("The water falls")
    reads = stage.served.reads()
    watched.begin()
    told = stage.load.http(stage.served.port, "/", NEWCOMERS, 60.0, once=True)
    seen = watched.tell()
    later = stage.served.reads()
    return {
        "asked": NEWCOMERS,
        "answers": told["answers"] - told["refused"],
        "failed": told["failed"],
        "renders": seen["requests"],
        "reads": sum(later.values()) - sum(reads.values()),
        "seconds": told["span"] / 1e9,
        "p99_ms": told["p99"] / 1e6,
    }
