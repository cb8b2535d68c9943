"""The crawler: asks for every address as somebody, and yields the canaries that it must not see."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client

from stoppress import live
from stoppress.live.log.history import read_after, read_head
from stoppress.live.publishing.registry import find_registered
from stoppress.newsroom.models import Article, Note, Picture, SearchEntry, Version, WorkingCopy

from . import words
from .fillers import PICTURES, addresses, streams
from .roles import Role
from .words import Canary

# Addresses near the real ones: each gets an error page.
NEAR = (
    *("/article/{pk}/", "/articles/{pk}", "/articles/{pk}/x/", "/Articles/{pk}/"),
    *("/articles/{pk}/posts/", "/articles/{pk}/posts/{pk}/", "/api/articles/{pk}/posts?before=9"),
    *("/api/article/{pk}", "/api/articles?limit=0&before={pk}", "/articles/{pk}/?a=%00"),
)
PAGES = "/articles/"
OWN_MODELS = (Article, Version, Note, Picture, SearchEntry, WorkingCopy)
OWN_TABLES = {model._meta.db_table for model in OWN_MODELS}


@dataclass(frozen=True)
class Found:
    """A canary, and where it was."""

    where: str
    canary: Canary


def crawl(role: Role) -> Iterator[Found]:
    """Yield what a role must not see, in any stream that it may read or any answer of the site."""
    yield from crawl_streams(role)
    yield from crawl_site(role)


def crawl_site(role: Role) -> Iterator[Found]:
    client = role.client()
    for method, address in _requests(role):
        if address.startswith((role.only or "/", PICTURES)):
            yield from _seen(role, f"{method} {address}", answer(client, method, address))
            if address.endswith("/logout/"):
                role.sign_in(client)


def crawl_streams(role: Role) -> Iterator[Found]:
    for name in streams():
        named = find_registered(name)
        may_read = named.stream.may_read
        if may_read is None or may_read(role.user, **named.parameters):
            yield from _seen(role, f"stream {name}", stream_text(name))


def crawl_tables(but: Iterable[str] = OWN_TABLES) -> Iterator[Found]:
    """Yield what stands in a table that is not the article's own; those of the log above all."""
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    for table in sorted(known.union(connection.introspection.table_names()) - set(but)):
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = " ".join(_text(value) for row in cursor.fetchall() for value in row)
        for canary in sorted(filter(words.is_secret, words.found_in(rows))):
            yield Found(f"table {table}", canary)


def answer(client: Client, method: str, address: str) -> str:
    """Return all that an answer says: its status, headers, cookies and body."""
    response = client.generic(method, address, data="{}", content_type="application/json")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = f"{response.status_code} {response.reason_phrase} {response.headers} {response.cookies}"
    return f"{head}\n{_text(body)}"


def stream_text(name: str) -> str:
    """Return a stream's snapshot, its older items, and every event that its log still has."""
    named = find_registered(name)
    if not named.exists():
        return ""
    head = read_head(name)
    frames = read_after(name, head.floor, head, 1000) or []
    replay = " ".join(_text(frame.data) for frame in frames)
    # Every order is smaller than `~`.
    older = live.snapshot(name, below="~", limit=100).items if named.stream.ranged else []
    return json.dumps([live.snapshot(name).items, older]) + replay


def _requests(role: Role) -> Iterator[tuple[str, str]]:
    """Yield a method and an address; what changes something only for those who may not."""
    few = set(addresses(most=2))
    for address in sorted(addresses(), key=lambda each: not each.startswith(PAGES)):
        # The readers' pages are the same for everybody: those who sign in look at some of them.
        all_of_them = role.user.is_anonymous if address.startswith(PAGES) else not role.at_the_door
        if all_of_them or address in few:
            yield "GET", address
    for near, pk in product(NEAR, Article.objects.values_list("pk", flat=True)):
        yield "GET", near.format(pk=pk)
    if not role.writes:
        for method, address in product(("HEAD", "POST", "PATCH", "DELETE"), addresses(most=1)):
            # Most views look at the method before they look at who asks.
            if method == "POST" or address.startswith("/api/"):
                yield method, address


def _seen(role: Role, where: str, page: str) -> Iterator[Found]:
    for canary in sorted(filter(role.hidden, words.found_in(page))):
        yield Found(where, canary)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return str(value)
