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
from stoppress.live.protocol.origins import WANTED, are_origins
from stoppress.live.readers.limits.client_address import parse_proxies
from stoppress.live.rendering.locale import find_zone
from stoppress.newsroom.language import is_language, nearest_language
from stoppress.newsroom.zones import nearest_zone

from .web.frame_ancestors import ANCESTORS_WANTED, are_ancestors
from .web.policy_lines import parse_lines

PREFIX = "STOPPRESS_"
# What can equal the host of a request (`split_domain_port` of Django): lower case is not needed.
_HOST = re.compile(
    r"\*|\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[a-f0-9]*:[a-f0-9.:]+\]", re.ASCII | re.IGNORECASE
)
# What Kubernetes sets in each container for a service that is called `stoppress`.
_OF_A_SERVICE = re.compile(r"SERVICE_(?:HOST|PORT)(?:_.*)?|PORT(?:_[0-9]+_(?:TCP|UDP)(?:_.*)?)?")
# The longest durations: ten years.
MOST = {"seconds": 315_360_000, "hours": 87_600}


# The names that were asked for, whether set or not: those that the site knows.
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


def unknown() -> list[str]:
    """Return a line for each variable that looks like a setting and that nobody has read.

    Call this when the settings are loaded: what they read is what is known.
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
            raise _wrong(f"{PREFIX}{name}", wanted, text(f"{PREFIX}{name}"))


def integer(name: str, default: int, least: int = 0) -> int:
    """Return a whole number, `least` or more."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        number = -1
    if number < least:
        raise _wrong(name, f"a whole number, {least} or more", value)
    return number


def line(name: str, default: str = "", needed: bool = False) -> str:
    """Return one line of text, which must not be empty if it is `needed`."""
    value = text(name, default).strip()
    if len(value.splitlines()) > 1 or "\0" in value or (needed and not value):
        raise _wrong(name, "one line of text", value)
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
    given = text(name).strip()
    value = given.lower() or choices[0]
    if value not in choices:
        raise _wrong(name, f"{', '.join(choices[:-1])} or {choices[-1]}", given)
    return value


def language(name: str, default: str) -> str:
    """Return a language tag (BCP 47)."""
    value = text(name, default).strip()
    if not is_language(value):
        meant = _meant(name, nearest_language(value))
        raise _wrong(name, f"a language tag such as en or pt-BR{meant}", value)
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone (IANA); `europe/berlin` counts as `Europe/Berlin`."""
    value = text(name, default).strip()
    zone = find_zone(value)
    if zone is None:
        meant = _meant(name, nearest_zone(value))
        raise _wrong(name, f"a time zone such as Europe/Berlin or UTC{meant}", value)
    return zone


def _meant(name: str, near: str) -> str:
    # A value from a file may be a secret.
    return f" (did you mean {near}?)" if near and source(name) == name else ""


def words(name: str, default: str = "") -> list[str]:
    """Return a list of words separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def hosts(name: str, default: str) -> list[str]:
    """Return a list of hosts separated by commas, as Django compares them with a request's."""
    listed = words(name, default)
    if not listed or not all(_HOST.fullmatch(host) for host in listed):
        wanted = (
            "hosts such as paper.example, .paper.example (with all below it), 192.0.2.1, [::1] or "
            "*, separated by commas: no scheme, no port, no path"
        )
        raise _wrong(name, wanted, text(name, default))
    return listed


def proxies(name: str) -> list[str]:
    """Return a list of addresses and networks separated by commas, and `unix`."""
    listed = words(name)
    try:
        parse_proxies(listed)
    except ValueError:
        wanted = (
            "addresses, networks such as 10.0.0.0/8 (its first address) or unix, separated by "
            "commas: no names, no ports"
        )
        raise _wrong(name, wanted, text(name)) from None
    return listed


def origins(name: str) -> list[str]:
    """Return a list of origins separated by commas."""
    listed = words(name)
    if not are_origins(listed):
        raise _wrong(name, f"{WANTED}; separated by commas", text(name))
    return listed


def ancestors(name: str) -> list[str]:
    """Return a list of the sites that may frame pages, separated by commas."""
    listed = [word.lower() for word in words(name)]
    if not are_ancestors(listed):
        raise _wrong(name, f"{ANCESTORS_WANTED}; separated by commas", text(name))
    return listed


def origin(name: str) -> str:
    """Return scheme and host of a site, `https://paper.example`; empty where it is not set."""
    value = text(name).strip().rstrip("/")
    if value and not (value.startswith(("http://", "https://")) and are_origins([value])):
        wanted = "scheme and host in lower case, https://paper.example: no path, no default port"
        raise _wrong(name, wanted, value)
    return value


def web_address(name: str) -> str:
    """Return an http or https address; empty where it is not set."""
    value = text(name).strip()
    if value and not re.fullmatch(r"https?://[^\s/@#?]+(?:[/?][^\s#]*)?", value):
        raise _wrong(name, "an address such as https://hub.example/: no user, no fragment", value)
    return value


def ports(name: str, default: str = "") -> list[int]:
    """Return a list of TCP ports separated by commas."""
    listed = words(name, default)
    try:
        numbers = [int(word) for word in listed]
    except ValueError:
        numbers = [-1]
    if not all(1 <= number <= 65535 for number in numbers):
        wanted = "ports, whole numbers from 1 to 65535, separated by commas"
        raise _wrong(name, wanted, text(name, default))
    return numbers


def needs(name: str, value: str, other: str, given: str) -> None:
    """Check that a setting which does nothing without another one has it.

    Raises:
        ImproperlyConfigured: it has not.
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
        raise _wrong(name, wanted, text(name)) from None


def folder(name: str) -> Path | None:
    """Return a folder that is there; None without a value."""
    if not (value := text(name)):
        return None
    if not Path(value).is_dir():
        raise _wrong(name, "the path of a folder that exists", value)
    return Path(value).resolve()


def folder_apart(name: str, data: Path) -> Path:
    """Return the path of a folder that others may read: by default `static` in the data directory.

    One that has the data directory in it, or is it, would show them the database.
    """
    path = Path(line(name) or data / "static").resolve()
    if data.resolve().is_relative_to(path):
        raise _wrong(name, "a folder that does not contain the data directory", str(path))
    return path


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
