"""Parse in a process of its own, which may be killed: a hostile feed costs it, not us.

feedparser has an expression that 80 kB of `<author>` keep busy for 20 seconds (its issue 562).
"""

import contextlib
import json
import resource
import subprocess
import sys

from .entry import ParsedFeed, from_json, to_json
from .parse import NotAFeed, parse

CPU_SECONDS = 10
WALL_SECONDS = 20  # for a machine that is busy with something else
MEMORY_BYTES = 512 * 1024 * 1024


def parse_safely(
    body: bytes, content_type: str = "", base_url: str = "", cpu_seconds: int = CPU_SECONDS
) -> ParsedFeed:
    """Read a feed as `parse` does, within limits of time and memory.

    Raises:
        NotAFeed: there is no feed in it, or reading it went over a limit.
    """
    task = json.dumps([content_type, base_url, cpu_seconds]).encode()
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", __name__],
            input=task + b"\n" + body,
            capture_output=True,
            timeout=max(WALL_SECONDS, 2 * cpu_seconds),
        )
    except subprocess.TimeoutExpired as error:
        raise NotAFeed("Reading it took too long.") from error
    try:
        answer = json.loads(child.stdout)
        if "refused" in answer:
            raise NotAFeed(str(answer["refused"]))
        return from_json(answer)
    except (ValueError, TypeError, KeyError) as error:
        raise NotAFeed(_last_words(child.returncode, child.stderr)) from error


def _last_words(code: int, stderr: bytes) -> str:
    if code < 0:
        return f"Reading it took too long (signal {-code})."
    if b"MemoryError" in stderr:
        return "Reading it took too much memory."
    return f"It could not be read (exit {code})."


def _limit(cpu_seconds: int) -> None:
    limits = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for kind, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
            resource.setrlimit(kind, (value, value))


def _main() -> None:
    content_type, base_url, cpu_seconds = json.loads(sys.stdin.buffer.readline())
    _limit(cpu_seconds)
    try:
        answer = to_json(parse(sys.stdin.buffer.read(), content_type, base_url))
    except NotAFeed as error:
        answer = {"refused": str(error)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _main()
