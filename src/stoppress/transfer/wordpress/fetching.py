"""Fetch the pictures of an export from the exported site."""

import asyncio
from collections import Counter
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

from stoppress.newsroom.uploading import most_bytes
from stoppress.outside.http import NoAnswer, NotAllowed, get, site_rules

from .pictures import NoPicture

HEADERS = {"Accept": "image/*"}
SECONDS = 60
# After so many failed connections in a row the site is gone, or blocks us.
MOST_FAILURES = 5


class Fetcher:
    """Fetches files over HTTP, with the limits of the site's settings.

    A server that does not answer `MOST_FAILURES` times in a row is not asked again.
    """

    def __init__(self) -> None:
        self._rules = replace(site_rules(), max_bytes=most_bytes(), total_seconds=SECONDS)
        self._failures: Counter[str] = Counter()

    def __call__(self, url: str) -> bytes:
        """Return the file at an address.

        Raises:
            NoPicture.
        """
        server = _server(url)
        if self._failures[server] >= MOST_FAILURES:
            raise NoPicture(f"{server} did not answer {MOST_FAILURES} times and is not asked again")
        try:
            answer = asyncio.run(get(url, self._rules, HEADERS))
        except NotAllowed as error:
            raise NoPicture(str(error)) from error
        except NoAnswer as error:
            self._failures[server] += 1
            raise NoPicture(str(error)) from error
        self._failures[server] = 0
        if answer.status != HTTPStatus.OK:
            raise NoPicture(f"The server answered {answer.said}.")
        return answer.body


def _server(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
