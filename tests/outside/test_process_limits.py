"""`limit_process`: each limit ends or refuses what goes over it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

LIMITED = (
    "from stoppress.outside.process_limits import limit_process\nlimit_process(1, 512 << 20)\n"
)


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LIMITED + code, *words], capture_output=True, text=True, timeout=60
    )


def test_a_process_within_its_limits_runs_on() -> None:
    done = run("print(len(bytes(1 << 20)))")
    assert (done.returncode, done.stdout) == (0, f"{1 << 20}\n")


def test_too_much_processor_time_ends_the_process() -> None:
    assert run("while True: pass").returncode in {-signal.SIGKILL, -signal.SIGXCPU}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS knows no limit of address space")
def test_memory_above_the_limit_is_refused() -> None:
    done = run("bytes(1 << 30)")
    assert done.returncode == 1 and "MemoryError" in done.stderr


def test_the_process_writes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    done = run("import sys\nopen(sys.argv[1], 'wb', 0).write(b'words')", str(file))
    assert done.returncode != 0 and file.read_bytes() == b""


def test_the_process_cannot_raise_a_limit() -> None:
    done = run("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (60, 60))")
    assert done.returncode == 1 and "ValueError" in done.stderr
