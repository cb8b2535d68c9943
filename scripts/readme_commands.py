"""Run the commands that README.md gives a newcomer, exactly as written, in a fresh clone.

They are the commands of README's first ```sh block. `git clone` clones this checkout. `make demo`
runs until its first page answers, and is then stopped with Ctrl-C.
"""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAGE = 300.0
"""Seconds for the setup and the first page, even with an empty package cache."""
LEAVE = 30.0
COMMAND = 1200.0


def main() -> None:
    lines = commands((ROOT / "README.md").read_text())
    with tempfile.TemporaryDirectory(prefix="stoppress-readme-") as folder:
        here = Path(folder)
        if not any(line.startswith("git clone") for line in lines):
            here = clone(here / "stop-press")
        for line in lines:
            print(f"$ {line}", flush=True)
            here = carry_out(line, here)
    print(f"README.md: {len(lines)} commands did what they say")


def commands(readme: str) -> list[str]:
    """Return the commands of the first sh block, split at `&&`, without comments and prompts."""
    block = re.search(r"^```(?:sh|bash|shell|console)\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    if not block:
        sys.exit("README.md has no ```sh block")
    lines = [line.strip().removeprefix("$ ") for line in block[1].replace("\\\n", " ").splitlines()]
    found = [
        re.sub(r"\s+#\s.*", "", part).strip()
        for line in lines
        if line and not line.startswith("#")
        for part in line.split("&&")
    ]
    if not any(shlex.split(line)[:2] == ["make", "demo"] for line in found):
        sys.exit("README.md's first ```sh block has no `make demo`")
    return found


def carry_out(line: str, here: Path) -> Path:
    """Run one command in the folder `here`; return the folder for the next one."""
    words = shlex.split(line)
    if words[:2] == ["git", "clone"]:
        # The last word is the address, or a folder after the address.
        clone(here / Path(words[-1]).name.removesuffix(".git"))
    elif words[0] == "cd":
        here = (here / words[1]).resolve(strict=True)
    elif words[:2] == ["make", "demo"]:
        watch_demo(line, here)
    else:
        done = subprocess.run(line, shell=True, cwd=here, timeout=COMMAND)
        if done.returncode:
            sys.exit(f"`{line}` failed with {done.returncode}")
    return here


def clone(to: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, to], check=True)
    return to


def watch_demo(line: str, here: Path) -> None:
    """Start the demo on a free port, wait for its first page, and stop it with Ctrl-C."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    began = time.monotonic()
    env = os.environ | {"PORT": str(port)}
    demo = subprocess.Popen(
        line, shell=True, cwd=here, env=env, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while not answers(address):
            if demo.poll() is not None:
                sys.exit(f"`{line}` ended with {demo.returncode} before {address} answered")
            if time.monotonic() - began > FIRST_PAGE:
                sys.exit(f"`{line}`: {address} did not answer within {FIRST_PAGE:g} s")
            time.sleep(0.2)
        print(f"The first page answered after {time.monotonic() - began:.1f} s", flush=True)
        os.killpg(demo.pid, signal.SIGINT)  # as Ctrl-C does: to the whole foreground group
        demo.wait(LEAVE)
    except subprocess.TimeoutExpired:
        sys.exit(f"`{line}` did not end within {LEAVE:g} s of Ctrl-C")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGKILL)
        demo.wait()
    if answers(address):
        sys.exit(f"`{line}` left a process that still answers at {address}")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
