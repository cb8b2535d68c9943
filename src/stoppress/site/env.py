"""Read the environment, typed; refuse a value that cannot be used, and say why."""

import os
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from stoppress.live.protocol.origins import WANTED, are_origins
from stoppress.newsroom.language import LANGUAGE, MAX_CHARS

# The longest durations: ten years.
MOST = {"seconds": 315_360_000, "hours": 87_600}


def text(name: str, default: str = "") -> str:
    """Return a variable's text, or the content of the file that `NAME_FILE` names.

    Raises:
        ImproperlyConfigured: both are set, or the file cannot be read.
    """
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value and path:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if path:
        return _content(f"{name}_FILE", Path(path))
    return value if value is not None else default


def source(name: str) -> str:
    """Return the name of the variable that gives the value: `NAME` or `NAME_FILE`."""
    return f"{name}_FILE" if os.environ.get(f"{name}_FILE") else name


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        # Somebody may have set the secret itself instead of its file's name: do not log it.
        shown = path.is_absolute() and path.parent != Path("/") and os.path.isdir(path.parent)
        why = f"{error.strerror}: {path}" if shown else f"{error.strerror}. Its value is not shown"
    except ValueError:
        why = "the file is not text in UTF-8"
    raise ImproperlyConfigured(f"{name} must be the path of a file that can be read: {why}.")


def _wrong(name: str, wanted: str, value: str) -> ImproperlyConfigured:
    """Return the error for an unusable value; one from a file may be a secret, and is not shown."""
    if source(name) == name:
        return ImproperlyConfigured(f"{name} must be {wanted}; it is {value!r}.")
    return ImproperlyConfigured(f"{name}_FILE must name a file that holds {wanted}.")


def integer(name: str, default: int) -> int:
    """Return a whole number, 0 or more."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        number = -1
    if number < 0:
        raise _wrong(name, "a whole number, 0 or more", value)
    return number


def seconds(name: str, default: float) -> float:
    """Return a duration in seconds, above zero."""
    return _span(name, default, "seconds")


def hours(name: str, default: float) -> float:
    """Return a duration in hours, above zero."""
    return _span(name, default, "hours")


def _span(name: str, default: float, unit: str) -> float:
    value = text(name, str(default))
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number <= MOST[unit]:
        raise _wrong(name, f"a number of {unit} above 0, and {MOST[unit]} at most", value)
    return number


def address(name: str) -> tuple[str, int] | None:
    """Return the host and port to listen at; None where the variable is not set.

    An IPv6 address stands in brackets: `[::1]:9100`.
    """
    value = text(name).strip()
    if not value:
        return None
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", value)
    port = int(match[3]) if match else 0
    if match is None or not 1 <= port <= 65535:
        raise _wrong(name, "HOST:PORT, such as 127.0.0.1:9100 or [::1]:9100", value)
    return match[1] or match[2], port


def prefix(name: str) -> str:
    """Return the path below which a site stands, such as `/paper`; empty for a host's root."""
    value = text(name).strip().rstrip("/")
    if value and not re.fullmatch(r"(/[\w.~-]+)+", value, re.ASCII):
        raise _wrong(name, "a path such as /paper", value)
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return True for yes, False for no."""
    value = text(name, "yes" if default else "no").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise _wrong(name, "yes or no", value)


def choice(name: str, choices: Sequence[str]) -> str:
    """Return one of some words, the first of them by default."""
    value = text(name, choices[0]).strip().lower()
    if value not in choices:
        raise _wrong(name, f"{', '.join(choices[:-1])} or {choices[-1]}", value)
    return value


def language(name: str, default: str) -> str:
    """Return a language tag (BCP 47)."""
    value = text(name, default).strip()
    if len(value) > MAX_CHARS or not LANGUAGE.fullmatch(value):
        raise _wrong(name, "a language tag such as en or pt-BR", value)
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a list of words separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origins(name: str) -> list[str]:
    """Return a list of origins separated by commas."""
    listed = words(name)
    if not are_origins(listed):
        raise _wrong(name, f"{WANTED}; separated by commas", text(name))
    return listed


def integers(name: str, default: str = "") -> list[int]:
    """Return a list of whole numbers, 0 or more, separated by commas."""
    listed = words(name, default)
    try:
        numbers = [int(word) for word in listed]
    except ValueError:
        numbers = [-1]
    if min(numbers, default=0) < 0:
        wanted = "whole numbers, 0 or more, separated by commas"
        raise _wrong(name, wanted, text(name, default))
    return numbers


def require(package: str, because: str, extra: str) -> None:
    """Check that a package which a setting needs is installed.

    Raises:
        ImproperlyConfigured: it is not; the message says what to install.
    """
    if find_spec(package) is None:
        raise ImproperlyConfigured(
            f"{because}, but the package {package} is not installed. "
            f"Install it: pip install '{extra}'"
        )


def directory(name: str, default: str) -> Path:
    """Return a directory; create it for its owner only if it does not exist."""
    value = Path(text(name, default))
    if source(name) != name and not value.is_absolute():
        raise _wrong(name, "an absolute path", str(value))
    path = value.resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} cannot be a directory: {error}") from error
    return path
