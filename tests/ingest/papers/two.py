"""Two papers, one of which follows the other, while the line is cut and servers are killed.

`python -m tests.ingest.papers.two [--verbs 500] [--seconds 60] [--faults] [--postgres]`.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from stoppress.drill.backend import Backend
from stoppress.drill.delays import percentile
from stoppress.drill.deployment import Deployment, read_histories
from stoppress.drill.history import heads
from stoppress.drill.proxy import Proxy
from tests.drill.servers import DrillPostgres

CATCH_UP_SECONDS = 120.0


class Papers:
    """The first paper, and the second that follows it through a line that can be cut."""

    def __init__(self, folder: Path, backend: Backend, ending: ExitStack) -> None:
        env = [ending.enter_context(backend.scratch()) for _ in range(2)]
        for name in ("first", "second"):
            (folder / name).mkdir()
        self.first = Deployment(folder / "first", env[0], 1)
        private = {"STOPPRESS_FETCH_PRIVATE": "1"}
        self.second = Deployment(folder / "second", {**env[1], **private}, 1)
        ending.callback(self.first.end)
        ending.callback(self.second.end)
        self.first.open()
        self.second.start()
        self.line = Proxy(self.first.port)
        ending.callback(self.line.end)
        token = folder / "token"
        made = self.first.manage("token", "second", "--scope", "read").stdout
        token.touch(0o600)
        token.write_text(made.splitlines()[-1])
        self.follow(token)

    def follow(self, token: Path) -> None:
        words = ["follow", self.line.url, "--token-file", str(token), "--all"]
        done = self.second.manage(*words)
        self.followed = time.time()
        assert done.returncode == 0, done.stderr
        print(done.stdout.strip())

    def kill(self, which: Deployment) -> None:
        assert which.server is not None
        which.server.kill()
        which.start()

    def shown(self, which: Deployment) -> Any:
        command = [sys.executable, "-m", "tests.ingest.papers.shown"]
        done = subprocess.run(command, env=which.env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def catch_up(self) -> None:
        """Wait until the second paper's cursor is the head of the first one's wire."""
        until = time.monotonic() + CATCH_UP_SECONDS
        [head] = _heads(self.first).values()
        while self.shown(self.second)["cursors"] != [head]:
            assert time.monotonic() < until, self.shown(self.second)["outcomes"]
            time.sleep(0.5)  # between two looks at the cursor


def _heads(paper: Deployment) -> Mapping[str, str]:
    return heads(read_histories(["wire"], paper.env))


def differences(first: Any, second: Any) -> list[str]:
    """Return in words what the two papers show otherwise.

    What was withdrawn before the second paper had read it, was never there.
    """
    found = []
    for name in ("items", "withdrawn", "posts"):
        either = first[name].keys() | second[name].keys()
        for uri in sorted(second[name] if name == "withdrawn" else either):
            there, here = first[name].get(uri), second[name].get(uri)
            if there != here:
                found.append(f"{name} {uri}:\n  {there}\n  {here}")
    if first["order"] != second["order"]:
        found.append(f"order: {first['order']}\n  {second['order']}")
    return found


def main() -> int:
    """Run it; return 1 if the second paper differs from the first."""
    parser = argparse.ArgumentParser("tests.ingest.papers.two")
    parser.add_argument("--verbs", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="stoppress-papers-")))
        backend = Backend()
        if options.postgres:
            postgres = DrillPostgres.begin()
            if postgres is None:
                sys.exit("PostgreSQL is not on this machine: `make services` tells more.")
            ending.callback(postgres.stop)
            backend = Backend(postgres.url())
        papers = Papers(folder, backend, ending)
        press = papers.first.publish(options.verbs, "--over", str(options.seconds))
        done = {"cuts": 0, "kills of the first": 0, "kills of the second": 0}
        while options.faults and press.committed < options.verbs:
            time.sleep(chance.uniform(0.5, 2.5))  # the faults come at random times
            act = chance.choice([*["cuts"] * 4, *list(done)[1:]])
            done[act] += 1
            if act == "cuts":
                papers.line.cut_next([chance.randint(0, 20_000)])
                papers.line.cut_all()
            else:
                papers.kill(papers.first if act.endswith("first") else papers.second)
        press.finish()
        finished = time.monotonic()
        papers.catch_up()
        print(f"{options.verbs} verbs, {done}; caught up after {time.monotonic() - finished:.1f} s")
        first, second = papers.shown(papers.first), papers.shown(papers.second)
        late = sorted(
            second["changed"][uri] - at
            for uri, at in first["changed"].items()
            if uri in second["changed"] and at > papers.followed
        )
        figures = [percentile(late, 50), percentile(late, 95), late[-1]]
        said = ", ".join(f"{seconds:.3f}" for seconds in figures)
        print(
            f"seconds behind of the latest change of {len(late)} items: {said} (50 %, 95 %, most)"
        )
        print(f"{len(first['items'])} public, {len(first['withdrawn'])} withdrawn")
        print(second["outcomes"])
        found = differences(first, second)
        print("\n".join(found) or "the second paper equals the first")
        return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
