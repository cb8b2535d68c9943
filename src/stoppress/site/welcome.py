"""The first message to the operator: addresses of site and data, and how to create an editor."""

import os
import pwd
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http.request import validate_host

from stoppress.live import conf

from . import env

# A server that listens at every address of its machine has no host of its own.
EVERY_ADDRESS = ("", "0.0.0.0", "::")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Welcome:
    """The lines that follow the server's own address."""

    def __init__(self, host: str) -> None:
        """Look for an editor now: neither the event loop nor the supervisor can ask later.

        Args:
            host: where the server listens.
        """
        self._host = host
        self._step = first_step(serving=True)

    def text(self, port: int) -> str:
        """Return the lines, given the port of the server."""
        site = site_address(self._host, port)
        if self._step:
            where = f"The data directory is {settings.DATA}. "
            lines = [where + self._step[0], *self._step[1:], f"Then sign in at {site}admin/"]
        else:
            lines = [f"Editors sign in at {site}admin/, and the data is in {settings.DATA}"]
        if refused := _refused(self._host):
            lines.append(refused)
        return "\n".join(lines)


def first_step(serving: bool = False) -> list[str]:
    """Return lines about how to create the first editor; none if one exists.

    An editor is a user who can sign in to the admin.

    Args:
        serving: the server keeps the terminal, if it has one.
    """
    editors = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
    if editors.exists():
        return []
    how = []
    if not sys.stdout.isatty():
        how.append(f"as the user {_own_name()}")  # root's files would be closed to a service's user
    elif serving:
        how.append("in another terminal")
    if env.text("DATABASE_URL") and env.source("DATABASE_URL") == "DATABASE_URL":
        how.append("with the same DATABASE_URL")  # not its value, which may contain a password
    if env.text("STOPPRESS_SECRET_KEY"):
        how.append("with the same STOPPRESS_SECRET_KEY")
    sentence = f"There is no editor yet. To create one, run {' and '.join(how)}".rstrip()
    return [f"{sentence}:", f"    {command('manage', 'createsuperuser')}"]


def site_address(host: str, port: int) -> str:
    """Return the site's address for a browser: at a host that the server answers for.

    Args:
        host: where the server listens.
        port: its port there.
    """
    root = settings.FORCE_SCRIPT_NAME or ""
    here = "localhost" if host in EVERY_ADDRESS else host
    here = f"[{here}]" if ":" in here else here
    names = [name.removeprefix(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    outside = [name for name in names if name not in LOOPBACK]
    if conf.words("TRUSTED_PROXIES") and outside:
        return f"https://{outside[0]}{root}/"
    if validate_host(here, settings.ALLOWED_HOSTS) or not names:
        return f"http://{here}:{port}{root}/"
    return f"http://{names[0]}:{port}{root}/"


def command(*words: str) -> str:
    """Return a `stoppress` command that uses this installation, whatever directory it runs in."""
    name = env.source("STOPPRESS_DATA")
    value = settings.DATA if name == "STOPPRESS_DATA" else Path(os.environ[name]).resolve()
    variables = [f"{name}={shlex.quote(str(value))}"]
    if env.source("DATABASE_URL") != "DATABASE_URL":
        file = Path(os.environ["DATABASE_URL_FILE"]).resolve()
        variables.append(f"DATABASE_URL_FILE={shlex.quote(str(file))}")
    return " ".join([*variables, shlex.join([*_program(), *words])])


def _program() -> Sequence[str]:
    own = Path(sys.argv[0])
    if own.name != "stoppress" or not own.exists():
        return [sys.executable, "-m", "stoppress.cli.main"]
    found = shutil.which("stoppress")
    # The commands of a virtual environment are found only while it is activated.
    everywhere = found and own.samefile(found) and sys.prefix == sys.base_prefix
    return ["stoppress"] if everywhere else [str(own.absolute())]


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user need not have a name
        return str(os.getuid())


def _refused(host: str) -> str | None:
    """Return a warning that direct requests to the host where the server listens are refused."""
    name = f"[{host}]" if ":" in host else host
    listed = settings.ALLOWED_HOSTS
    if host in EVERY_ADDRESS or validate_host(name, listed) or conf.words("TRUSTED_PROXIES"):
        return None
    has = ", ".join(listed) or "none"
    return f"Requests for {name} are refused: STOPPRESS_ALLOWED_HOSTS has {has}"
