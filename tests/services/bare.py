"""A Python with only the packages that `pip install stop-press` installs; needs no network."""

import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def make_bare(folder: Path, *beside: str, source: Path = ROOT / "src") -> Path:
    """Create a virtual environment from the packages installed here; return its Python.

    Args:
        folder: an empty one.
        beside: requirements besides the base of `pyproject.toml`, such as a server.
        source: holds `stoppress`.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = needed([*project["dependencies"], *beside])
    for path in {path for name in names for path in tops(name)}:  # two may share a namespace
        (packages / path.name).symlink_to(path)
    (packages / "stop-press.pth").write_text(f"{source}\n")
    return folder / "bin" / "python"


def unpack_wheel(folder: Path) -> Path:
    """Build the project's wheel and unpack it; return where `stoppress` is."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "--directory", folder], cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def needed(requirements: Iterable[str]) -> set[str]:
    """Return the installed distributions that requirements need, with their dependencies."""
    found = set[str]()
    waiting = [one for one in map(Requirement, requirements) if counts(one)]
    while waiting:
        one = waiting.pop()
        if (name := canonicalize_name(one.name)) not in found:
            found.add(name)
            asked = map(Requirement, distribution(one.name).requires or ())
            waiting += [other for other in asked if counts(other, *one.extras)]
    return found


def counts(one: Requirement, *extras: str) -> bool:
    """Return whether a requirement applies to this Python and system, with the given extras."""
    return one.marker is None or any(one.marker.evaluate({"extra": name}) for name in ("", *extras))


def tops(name: str) -> set[Path]:
    """Return the modules and packages of a distribution, and its metadata directory."""
    of = distribution(name)
    heads = {file.parts[0] for file in of.files or ()} - {"..", "__pycache__"}
    return {Path(str(of.locate_file(head))).absolute() for head in heads}
