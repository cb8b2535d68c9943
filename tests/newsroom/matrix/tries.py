"""Tries a cell for real: sends the request, in a transaction that is rolled back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import get_commands, load_command_class
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from stoppress.live.publishing.registry import find, registered
from stoppress.newsroom.api.auth import WRONG
from stoppress.newsroom.models import Article
from tests.newsroom.admin.editor import filled
from tests.newsroom.canary.fillers import values_of
from tests.newsroom.canary.routes import Route, transports
from tests.newsroom.pictures.drawn import file

from .people import OWN, People
from .table import Row, methods
from .things import MADE, PICTURES, Things

# They need a running server: `test_served.py` tries them.
BESIDE = {*transports(), "/readyz"}
EVERYBODY = ("anonymous", "superuser", "publish")
SIGN_IN = ("/admin/login/", "/accounts/login/")

# What a form or call needs besides what it was served with.
FORMS: dict[str, dict[str, str]] = {
    "/admin/newsroom/article/add/": {"headline": "Bridge opens"},
    "/admin/newsroom/article/paste/": {"html": "<p>x</p>", "body_format": "markdown"},
    "/admin/newsroom/section/add/": {"name": "Culture", "slug": "culture", "position": "1"},
    "/admin/newsroom/apitoken/add/": {"name": "wire desk", "scope": "read"},
    "/admin/newsroom/apitoken/<pk>/renew/": {"scope": "read"},
    # Refused before anything is sent.
    "/admin/ingest/source/add/": {"url": "http://127.0.0.1:1/feed"},
    "/admin/webhooks/endpoint/add/": {"name": "mails", "url": "https://mails.example/hook"},
    "/admin/auth/group/add/": {"name": "Night desk"},
    "/admin/auth/user/add/": {
        **{"username": "mara", "usable_password": "true"},
        **{"password1": "correct horse battery", "password2": "correct horse battery"},
    },
    "/admin/auth/user/<id>/password/": {
        **{"usable_password": "true", "set-password": "x"},
        **{"password1": "correct horse battery", "password2": "correct horse battery"},
    },
    "/admin/newsroom/article/<pk>/retract/": {"decided": "yes", "note": "It was never so."},
    "/admin/newsroom/article/<pk>/restore/": {"decided": "yes", "note": ""},
    **{
        f"/admin/newsroom/article/<pk>/{decision}/": {"decided": "yes", "note": "Names?"}
        for decision in ("send_back", "discard", "reopen")
    },
    **{
        f"/admin/newsroom/article/<pk>/{decision}/": {"decided": "yes"}
        for decision in ("pin", "unpin", "pause", "resume", "close")
    },
    "/admin/newsroom/article/<pk>/posts/write/": {"headline": "A tree fell"},
    "/admin/newsroom/article/<pk>/withdraw/": {"versions": "2", "note": "A libel."},
    "/admin/newsroom/picture/<pk>/alt/": {"alt": "A bridge"},
    "/admin/newsroom/person/add/": {"name": "Ann", "slug": "ann"},
    "/admin/newsroom/topic/add/": {"name": "Bridges", "slug": "bridges"},
}
# `POST publish` is a form sent with that button, or with that field.
BUTTONS = {
    "publish": {"_publish": "x"},
    "submit": {"_submit": "x"},
    "pin": {"pinned": "on"},
    "review": {"source_type": "machine", "reviewed_by": "reviewed"},
    "schedule": {"publish_at_0": "2999-01-02", "publish_at_1": "03:04:05"},
    "note": {"notes-0-text": "Names?"},
    "edit": {"headline": "Bridge shut"},
    "correct": {"headline": "Bridge shut", "change_is": "correction", "note": "It is shut."},
}
BODIES: dict[str, dict[str, str]] = {
    "/api/articles": {"headline": "Bridge opens"},
    "/api/articles/<article_id>": {"summary": "At last."},
    "/api/articles/<article_id>/correct": {"note": "It is shut.", "summary": "Not yet."},
    "/api/articles/<article_id>/retract": {"note": "It was never so."},
    "/api/articles/<article_id>/send-back": {"note": "Names?"},
    "/api/articles/<article_id>/notes": {"text": "Names?"},
    "/api/articles/<article_id>/versions/<number>/withdraw": {"note": "A libel."},
    "/api/articles/<article_id>/posts": {"headline": "A tree fell"},
    "/api/articles/<article_id>/coverage": {"state": "paused"},
    "/api/posts/<post_id>": {"headline": "An oak fell"},
    "/api/posts/<post_id>/correct": {"note": "It was an oak.", "headline": "An oak fell"},
    "/api/posts/<post_id>/retract": {"note": "It was never so."},
    "/api/posts/<post_id>/send-back": {"note": "Names?"},
    "/api/posts/<post_id>/notes": {"text": "Names?"},
    "/api/posts/<post_id>/versions/<number>/withdraw": {"note": "A libel."},
    "/api/posts/<post_id>/move": {"article": "a live one"},
    "/api/pictures/<picture_id>": {"alt": "A bridge"},
}
UPLOADS = {"/api/pictures", "/admin/newsroom/picture/add/"}
PNG = file("PNG")
FIELDS: dict[str, dict[str, object]] = {
    "draft": {"pub_status": "withheld"},
    "schedule": {"publish_at": "2999-01-02T03:04:05Z"},
}


class Trial:
    """Compares rows of the matrix with what the site does."""

    def __init__(self) -> None:
        self.people, self.things = People(), Things()
        self._served: dict[tuple[str, str], dict[str, str]] = {}

    def differences(self, table: list[Row], starts: str = "") -> Iterator[str]:
        """Yield a line for each cell that says something else than the site does.

        Args:
            starts: how the rows begin that are tried; all by default.
        """
        for row in table:
            if row.name.startswith(starts):
                for role, cell in row.cells.items():
                    if role.endswith(OWN) and row.of("of") not in MADE:
                        assert cell == row.cells[role.removesuffix(OWN)], row.name
                        continue
                    for name, got in self._tried(row, table, role):
                        if got not in cell.split(" or "):
                            yield f"{name} as {role}: the matrix says {cell!r}, the site {got!r}"

    def _tried(self, row: Row, table: list[Row], role: str) -> Iterator[tuple[str, str]]:
        if row.of("address") in BESIDE:
            return
        if row.of("stream"):
            yield row.name, self._stream(row.of("stream"), row.of("of"), role)
        elif row.of("command"):
            yield row.name, _command(row.of("command"))
        elif row.of("action"):
            yield row.name, self._action(row.of("action"), row.of("of"), role)
        else:
            roles = EVERYBODY if role == "everybody" else (role,)
            wanted = methods(row, table)
            if role != next(iter(row.cells)):
                # Only the first role tries every method.
                wanted = wanted[:1]
            for method in wanted:
                for each in roles if method == wanted[0] else roles[:1]:
                    yield f"{method} {row.name}", self._request(row, method, each)

    def _request(self, row: Row, method: str, role: str) -> str:
        """Send a request and say what came back."""
        path, client = row.of("address"), self.people.client(role)
        address = self._address(path, row.of("of"), role)
        with untouched(client):
            word = row.of("method").removeprefix(method).strip() if method == "POST" else ""
            if method == "POST" and path in UPLOADS:
                answer = client.post(address, {"file": SimpleUploadedFile("a.png", PNG)})
            elif path.startswith("/api/"):
                body = self._body(path, role) | FIELDS.get(word, {})
                answer = client.generic(method, address, json.dumps(body), "application/json")
            elif method == "POST":
                answer = client.post(address, self._form(role, address, path, word))
            else:
                answer = client.generic(method, address)
        return said(answer, method)

    def _body(self, path: str, role: str) -> dict[str, object]:
        """Return what a program sends; what names a thing is its id."""
        return {
            name: self._article(value, role).pk if value in MADE else value
            for name, value in BODIES.get(path, {}).items()
        }

    def _form(self, role: str, address: str, path: str, word: str) -> dict[str, Any]:
        """Return what a role's browser sends: what the form was served with, and what is told."""
        if (role, address) not in self._served:
            page = self.people.client(role).get(address)
            served = filled(page.content.decode()) if page.status_code == 200 else {}
            self._served[role, address] = served
        more = {"post": "yes"} if path.endswith("/delete/") else {"_save": "x"}
        told: dict[str, Any] = FORMS.get(path, {}) | BUTTONS.get(word, {})
        if path.endswith("/move/"):
            told = {"number": self.things.article("a live one").pk}
        return self._served[role, address] | more | told

    def _address(self, path: str, of: str, role: str) -> str:
        route, values = Route(path), dict[str, object]()
        if path.startswith("/media/"):
            picture = self.things.picture(of)
            return picture.address(picture.renditions[0])
        if path.startswith("/media/"):
            picture = self.things.picture(of)
            return picture.address(picture.renditions[0])
        for name in route.parameters:
            if of in PICTURES:
                values[name] = self.things.picture(of).pk
            elif of not in MADE and name in {"order", "format", "usual", "kind", "part"}:
                values[name] = values_of(path, name)[0]
            elif of not in MADE:
                values[name] = of or values_of(path, name)[0]
            elif name in {"before", "after"}:
                # The first and the last version that readers have seen; a draft has none.
                shown = self._article(of, role).versions.public().values_list("version", flat=True)
                values[name] = {"before": min, "after": max}[name](shown, default=1)
            elif name == "story":
                values[name] = self._article(of, role).parent_id
            elif name == "order":
                post = self._article(of, role).posts.first() or self.things.article("a public post")
                values[name] = post.order
            elif name in {"pk", "id", "article_id", "object_id", "post_id"}:
                values[name] = self._article(of, role).pk
            else:
                values[name] = values_of(path, name)[0]
        return route.filled(values)

    def _article(self, of: str, role: str) -> Article:
        own = self.people.user(role) if role.endswith(OWN) else None
        return self.things.article(of, own)

    def _stream(self, pattern: str, of: str, role: str) -> str:
        """Return whether a role may read a stream: yes, no, or 404 if there is no such stream."""
        [stream] = [each for each in registered() if each.pattern == pattern]
        parameter = self._article(of, role).pk if of in MADE else of
        name = Route(pattern).filled(dict.fromkeys(Route(pattern).parameters, parameter))
        named = find(name)
        if named is None or not named.exists():
            return "404"
        may_read = stream.may_read
        read = may_read is None or may_read(self.people.user(role), **named.parameters)
        return "yes" if read else "no"

    def _action(self, action: str, of: str, role: str) -> str:
        """Take an action of a list on one row, and say what came of it."""
        model, _, name = action.partition(" ")
        app, _, kind = model.partition(".")
        address, client = reverse(f"admin:{app}_{kind}_changelist"), self.people.client(role)
        if of in PICTURES:
            pk = self.things.picture(of).pk
        else:
            pk = self._article(of, role).pk if of else values_of(f"{address}<pk>/", "pk")[0]
        with untouched(client):
            page = client.get(address)
            if page.status_code != 200:
                return said(page, "GET")
            if f'value="{name}"' not in page.content.decode():
                return "not offered"
            sent = {"action": name, "_selected_action": pk, "decided": "yes", "post": "yes"}
            answer = client.post(address, sent | {"note": "It was never so."})
            levels = {each.level_tag for each in get_messages(answer.wsgi_request)}
        if answer.status_code != 302:
            return said(answer, "POST")
        return "refused" if levels & {"warning", "error"} else "done" if levels else "nothing"


@contextmanager
def untouched(client: Client) -> Iterator[None]:
    """Take back what a try has changed: in the database, and in a browser's cookies."""
    WRONG.forget()
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def said(answer: HttpResponse, method: str) -> str:
    """Return what an answer says in a cell of the matrix."""
    if answer.status_code == 302:
        if answer["Location"].startswith(SIGN_IN):
            return "302 sign-in"
        request = getattr(answer, "wsgi_request", None)
        told = list(get_messages(request)) if request else []
        if any("doesn’t exist" in str(each) for each in told):
            return "302 none"
        if method == "POST" and any(each.level_tag == "error" for each in told):
            return "refused"
    if method == "POST" and answer.status_code == 200 and b'class="errorlist' in answer.content:
        return "refused"
    return str(answer.status_code)


def _command(name: str) -> str:
    return "yes" if load_command_class(get_commands()[name], name) else "no"
