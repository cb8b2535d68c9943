"""A server with two live stories, the newsroom that writes them, and all who follow them."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.services.serve import Server

from .followers import Following
from .pages import OpenPage

PROJECT = Path(__file__).parents[2]
SECONDS = 60.0


class Newsroom:
    """The process that writes, on the data of a server: `newsroom.walk(5)`."""

    def __init__(self, server: Server) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.live_story.newsroom"],
            **{"env": server.env, "cwd": PROJECT, "text": True},
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE},
        )

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*words: Any) -> Any:
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps([name, *words]) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
            assert answer, "the newsroom's process has ended; its error is on stderr"
            return json.loads(answer)

        return ask

    def close(self) -> None:
        self._process.communicate()


def check(newsroom: Newsroom, followers: Sequence[Following | OpenPage]) -> float:
    """Wait until all have come as far as the log, and compare them with what there is then.

    A page may still be reading a range, so it is given time; a program is not.

    Returns:
        The seconds until the last one had come as far.
    """
    began = time.monotonic()
    while True:
        heads = newsroom.heads()
        late = [str(each) for each in followers if not each.cursors().items() <= heads.items()]
        if not late:
            arrived = time.monotonic() - began
            state = newsroom.state()
            late = ["Something was published meanwhile, or is due."]
            if state is not None and heads == {
                name: each["cursor"] for name, each in state.items()
            }:
                late = list(filter(None, (each.differs(state) for each in followers)))
            if not late and newsroom.heads() == heads:
                return arrived
        assert time.monotonic() < began + SECONDS, "\n".join(late)
        time.sleep(0.05)  # between two looks
