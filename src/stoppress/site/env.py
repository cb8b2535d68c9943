"""Read the environment, typed; refuse a value that cannot be used, and say why."""

import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from stoppress.live import conf
from stoppress.live.rendering.locale import find_zone
from stoppress.newsroom.language import is_language, nearest_language
from stoppress.newsroom.zones import nearest_zone

from .web.policy_lines import parse_lines

PREFIX = "STOPPRESS_"
# Variables that Kubernetes sets in each container for a service called `stoppress`.
_OF_A_SERVICE = re.compile(r"SERVICE_(?:HOST|PORT)(?:_.*)?|PORT(?:_[0-9]+_(?:TCP|UDP)(?:_.*)?)?")
# The longest durations: ten years.
MOST = {"seconds": 315_360_000, "hours": 87_600}


# The names of all variables that were read, set or not: the ones that the site knows.
_read: set[str] = set()


def text(name: str, default: str = "") -> str:
    """Return a variable's text, or the content of the file that `NAME_FILE` names.

    Raises:
        ImproperlyConfigured: both are set, or the file cannot be read.
    """
    _read.add(name)
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
        # The value may be the secret itself instead of its file's name: do not log it.
        shown = path.is_absolute() and path.parent != Path("/") and os.path.isdir(path.parent)
        why = f"{error.strerror}: {path}" if shown else f"{error.strerror}. Its value is not shown"
    except ValueError:
        why = "the file is not text in UTF-8"
    raise ImproperlyConfigured(f"{name} must be the path of a file that can be read: {why}.")


def wrong(name: str, wanted: str, value: str) -> ImproperlyConfigured:
    """Return the error for an unusable value; one from a file may be a secret, and is not shown."""
    if source(name) == name:
        return ImproperlyConfigured(f"{name} must be {wanted}; it is {value!r}.")
    return ImproperlyConfigured(f"{name}_FILE must name a file that holds {wanted}.")


def unknown() -> list[str]:
    """Return a line for each variable that looks like a setting and that was never read.

    Call this after the settings are loaded: the variables that they read are the known ones.
    """
    known = {name.removeprefix(PREFIX) for name in _read if name.startswith(PREFIX)}
    lines = []
    for variable in sorted(name for name in os.environ if name.startswith(PREFIX)):
        name = variable.removeprefix(PREFIX).removesuffix("_FILE")
        if name not in known and not _OF_A_SERVICE.fullmatch(name):
            near = get_close_matches(name, known, n=1)
            meant = f": did you mean {PREFIX}{near[0]}?" if near else ""
            lines.append(f"{variable} is no setting of this site, and changes nothing{meant}")
    return lines


def within(values: Mapping[str, Any], table: Mapping[str, conf.Setting]) -> None:
    """Check the numbers of `STOPPRESS_LIVE` against the limits of `stoppress.live`.

    Raises:
        ImproperlyConfigured: a number is outside; the message names its variable.
    """
    for name, value in values.items():
        number = isinstance(table[name].default, int | float)
        if number and (wanted := table[name].wanted(value)):
            raise wrong(f"{PREFIX}{name}", wanted, text(f"{PREFIX}{name}"))


def integer(name: str, default: int, least: int = 0) -> int:
    """Return a whole number, `least` or more."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        number = -1
    if number < least:
        raise wrong(name, f"a whole number, {least} or more", value)
    return number


def line(name: str, default: str = "", needed: bool = False) -> str:
    """Return one line of text, which must not be empty if it is `needed`."""
    value = text(name, default).strip()
    if len(value.splitlines()) > 1 or "\0" in value or (needed and not value):
        raise wrong(name, "one line of text", value)
    return value


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
        raise wrong(name, f"a number of {unit} above 0, and {MOST[unit]} at most", value)
    return number


def flag(name: str, default: bool = False) -> bool:
    """Return True for yes, False for no."""
    value = text(name, "yes" if default else "no").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise wrong(name, "yes or no", value)


def choice(name: str, choices: Sequence[str]) -> str:
    """Return one of some words, the first of them by default."""
    given = text(name).strip()
    value = given.lower() or choices[0]
    if value not in choices:
        raise wrong(name, f"{', '.join(choices[:-1])} or {choices[-1]}", given)
    return value


def language(name: str, default: str) -> str:
    """Return a language tag (BCP 47)."""
    value = text(name, default).strip()
    if not is_language(value):
        meant = _meant(name, nearest_language(value))
        raise wrong(name, f"a language tag such as en or pt-BR{meant}", value)
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone (IANA); `europe/berlin` counts as `Europe/Berlin`."""
    value = text(name, default).strip()
    zone = find_zone(value)
    if zone is None:
        meant = _meant(name, nearest_zone(value))
        raise wrong(name, f"a time zone such as Europe/Berlin or UTC{meant}", value)
    return zone


def _meant(name: str, near: str) -> str:
    # A value from a file may be a secret.
    return f" (did you mean {near}?)" if near and source(name) == name else ""


def words(name: str, default: str = "") -> list[str]:
    """Return a list of words separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def needs(name: str, value: str, other: str, given: str) -> None:
    """Check that the other setting is set, without which a setting has no effect.

    Raises:
        ImproperlyConfigured: the other one is missing.
    """
    if value and not given:
        raise ImproperlyConfigured(f"{name} needs {other}, which is not set.")


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


def policy(name: str) -> dict[str, list[str]]:
    """Return lines of a Content-Security-Policy, by their directives."""
    try:
        return parse_lines(text(name))
    except ValueError as error:
        wanted = f"lines of a Content-Security-Policy, separated by `;`: {error}"
        raise wrong(name, wanted, text(name)) from None


def folder(name: str) -> Path | None:
    """Return an existing folder; None without a value."""
    if not (value := text(name)):
        return None
    if not Path(value).is_dir():
        raise wrong(name, "the path of a folder that exists", value)
    return Path(value).resolve()


def folder_apart(name: str, data: Path) -> Path:
    """Return the path of a folder that others may read: by default `static` in the data directory.

    A folder that is or contains the data directory is refused, because it would expose the
    database.
    """
    path = Path(line(name) or data / "static").resolve()
    if data.resolve().is_relative_to(path):
        raise wrong(name, "a folder that does not contain the data directory", str(path))
    return path


def directory(name: str, default: str) -> Path:
    """Return a directory; create it for its owner only if it does not exist."""
    value = Path(text(name, default))
    if source(name) != name and not value.is_absolute():
        raise wrong(name, "an absolute path", str(value))
    path = value.resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} cannot be a directory: {error}") from error
    return path
