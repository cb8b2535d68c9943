"""Requests to another paper: older items of its wire, and the state of an article."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from stoppress.newsroom.phrase import Phrase
from stoppress.outside.http import NoAnswer, get, site_rules

from .item import Item, Unreadable, read_item

WIRE = "wire"
PAGE = 50
MAX_BYTES = 64 * 1024 * 1024
SECONDS = 60.0
API = {"article": "/api/articles/", "post": "/api/posts/"}


class PaperError(Exception):
    """A paper does not answer as expected. The message says why.

    Attributes:
        status: the HTTP status, if there was one.
    """

    def __init__(self, words: Phrase, status: int | None = None) -> None:
        super().__init__(words)
        self.words, self.status = words, status


class Paper:
    """Another Stop Press, reached over HTTP.

    Do not use it in a running event loop, because it runs its own.

    Args:
        url: the paper's address, without a slash at the end.
        token: returns the token to send.
    """

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url, self._token = url, token

    def items(self) -> Iterator[Item | str]:
        """Yield every public item, the latest change first; for an unreadable item, its key.

        Raises:
            PaperError: the paper does not answer as expected.
        """
        below: str | None = None
        while True:
            asked = {"stream": WIRE, "limit": str(PAGE)} | ({"below": below} if below else {})
            page = self._get(f"/live/range?{urlencode(asked)}")
            items, floor = page.get("items"), page.get("floor")
            if not isinstance(items, list):
                raise PaperError(NOT_A_PAPER)
            for each in items:
                yield _read(each)
            if not isinstance(floor, str) or not items or (below is not None and floor >= below):
                return
            below = floor

    def snapshot(self) -> dict[str, Any]:
        """Return the present snapshot of the paper's wire, as a frame.

        Raises:
            PaperError: the paper does not answer as expected.
        """
        frames = self._get(f"/live/poll?{urlencode({'stream': WIRE})}").get("frames")
        for frame in frames if isinstance(frames, list) else ():
            match frame:
                case {"type": "snapshot", "items": list(), "cursor": str()}:
                    return dict(frame)
        raise PaperError(NOT_A_PAPER)

    def state(self, key: str) -> dict[str, Any] | None:
        """Return the API's answer about an article or a post; None if it does not exist.

        Raises:
            PaperError: the paper does not answer as expected.
        """
        kind, _, number = key.partition(":")
        if kind not in API or not number.isdecimal():
            return None
        try:
            return self._get(f"{API[kind]}{number}")
        except PaperError as error:
            if error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                return None
            raise

    def _get(self, path: str) -> dict[str, Any]:
        # A redirect would send the token to another address.
        rules = replace(site_rules(), max_bytes=MAX_BYTES, total_seconds=SECONDS, max_redirects=0)
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        try:
            answer = asyncio.run(get(f"{self._url}{path}", rules, headers))
        except NoAnswer as error:
            raise PaperError(Phrase(error.text, **error.values)) from error
        if answer.status != HTTPStatus.OK:
            raise PaperError(
                Phrase("The server answered %(status)s.", status=answer.said), answer.status
            )
        try:
            data = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise PaperError(NOT_A_PAPER) from error
        if not isinstance(data, dict):
            raise PaperError(NOT_A_PAPER)
        return data


NOT_A_PAPER = Phrase("The server does not answer like a Stop Press. Check the address.")


def _read(data: Any) -> Item | str:
    try:
        return read_item(data)
    except Unreadable:
        return str(data.get("key") if isinstance(data, dict) else "")[:200]
