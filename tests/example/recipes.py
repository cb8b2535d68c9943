"""The recipes of the documentation, word for word, as one site with three users."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from stoppress.live.testing import wait_until_live

from .club import Club
from .console import Console
from .visitor import Visitor

_START_APPS = """
from django.core.management import call_command
for name in ["board", "auction", "chat", "shop", "orders", "notices", "helpdesk"]:
    call_command("startapp", name)
"""
# In one process: each takes a second to start.
_SET_UP = """
import importlib
from django.core.management import call_command
call_command("makemigrations", verbosity=0)
importlib.invalidate_caches()  # there are new modules
call_command("migrate", verbosity=0)
call_command("check", fail_level="WARNING")
"""
_USERS = """
from django.contrib.auth.models import User
from django.test import Client
answer = {}
for name in ["anna", "ben", "eva"]:
    client, staff = Client(), name == "eva"
    client.force_login(User.objects.create(username=name, is_staff=staff, is_superuser=staff))
    answer[name] = client.cookies["sessionid"].value
"""


class Recipes:
    """The site: Anna and Ben are its customers, Eva its staff, and a stranger is not signed in."""

    def __init__(self, url: str, console: Console) -> None:
        self._url, self._console = url, console
        self._sessions: dict[str, str] = self.run(_USERS)
        self.anna, self.ben, self.eva = (
            Visitor(url, self._sessions[name]) for name in ("anna", "ben", "eva")
        )
        self.stranger = Visitor(url)

    def run(self, code: str) -> Any:
        """Run code in another process than the server's; return what it assigns to `answer`."""
        return self._console(code)

    @contextmanager
    def page(self, browser: Browser, name: str, path: str) -> Iterator[Page]:
        """Open a page in a browser as one of the users; give it once it is live."""
        with browser.new_context() as context:
            session = {"name": "sessionid", "value": self._sessions[name], "url": self._url}
            context.add_cookies([session])
            page = context.new_page()
            page.goto(self._url + path)
            wait_until_live(page)
            yield page


@contextmanager
def serving_recipes(directory: Path) -> Iterator[Recipes]:
    """Make the site as the documentation says, and serve it."""
    club = Club(directory)
    club.manage("shell", "-c", _START_APPS)
    club.follow("docs/recipes.md")
    with club.console() as console:
        console(_SET_UP)
        with club.serving("") as url:
            yield Recipes(url.removesuffix("/"), console)


def words(event: dict[str, Any]) -> str:
    """Return the text of the item that an event brings."""
    return " ".join(" ".join(_texts(event["item"]["view"])).split())


def _texts(view: Any) -> Iterator[str]:
    if isinstance(view, str):
        yield view
        return
    for each in view[1:]:
        if not isinstance(each, dict):
            yield from _texts(each)
