"""A project that Django has just made, with what the documentation has a developer write."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stoppress.drill.free_port import free_port
from tests.services.bare import make_bare
from tests.services.process import Process

from .console import Console
from .readme import readme_files

ROOT = Path(__file__).parents[2]
OURS = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH"}


class Club:
    """The project `club` with its app `scores`, on what `pip install stop-press uvicorn` brings.

    Args:
        directory: an empty one.
        beside: requirements besides these two.
        source: holds `stoppress`.
    """

    def __init__(self, directory: Path, *beside: str, source: Path = ROOT / "src") -> None:
        self._python = make_bare(directory / "bare", "uvicorn", *beside, source=source)
        self.log = directory / "server.log"
        self._environment = {k: v for k, v in os.environ.items() if k not in OURS}
        self.directory = directory / "project"
        self.directory.mkdir()
        self.run("-m", "django", "startproject", "club", ".")
        self.manage("startapp", "scores")
        self.follow("README.md")

    def follow(self, page: str) -> None:
        """Write what a page of the documentation has a developer write.

        Args:
            page: its path below the project's root. What it names without a folder is added to what
                is there.
        """
        for path, text in readme_files((ROOT / page).read_text()).items():
            if "/" in path:
                self.write(path, text)
            else:
                made = (self.directory / "club" / path).read_text()
                self.write(f"club/{path}", f"{made}\n{text}")

    def write(self, path: str, text: str) -> None:
        """Write a file of the project."""
        target = self.directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def migrate(self) -> None:
        """Make the tables."""
        self.manage("makemigrations")
        self.manage("migrate")

    def export(self, name: str, value: str) -> None:
        """Set a variable of the environment for all that runs from here on."""
        self._environment[name] = value

    def run(self, *command: str) -> str:
        """Run Python in the project; return what it printed."""
        done = subprocess.run(
            [self._python, *command],
            cwd=self.directory,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=150,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def running(self, *command: str) -> Iterator[None]:
        """Run a Django command beside a block, which makes it end."""
        beside = subprocess.Popen(
            [self._python, "manage.py", *command], cwd=self.directory, env=self._environment
        )
        try:
            yield
            assert beside.wait(timeout=30) == 0
        finally:
            beside.kill()
            beside.wait()

    def manage(self, *command: str) -> str:
        """Run a Django command; return what it printed."""
        return self.run("manage.py", *command)

    def console(self) -> Console:
        """Start a process that runs one piece of code after another."""
        settings = {"DJANGO_SETTINGS_MODULE": "club.settings"}
        return Console(self._python, self.directory, self._environment | settings)

    def shell(self, code: str) -> None:
        """Run code that knows the model `Match`."""
        self.manage("shell", "-c", f"from scores.models import Match\n{code}")

    @contextmanager
    def serving(self, path: str = "scores/") -> Iterator[str]:
        """Serve the project; give the address of a page, of the scores' by default."""
        port = free_port()
        self.log.unlink(missing_ok=True)  # it would say that another server listens
        server = self.start(self.log, "uvicorn", "club.asgi:application", "--port", str(port))
        try:
            server.wait_until(lambda: b"running on" in self.log.read_bytes(), "it listened")
            yield f"http://127.0.0.1:{port}/{path}"
        finally:
            server.stop(10)

    def start(self, log: Path, module: str, *arguments: str) -> Process:
        """Start a server of the project, in its directory."""
        command = [str(self._python), "-m", module, *arguments]
        return Process(command, log, env=self._environment, directory=self.directory)
