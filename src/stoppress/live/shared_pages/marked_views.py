"""Finds the shared page of an address by the site's routes."""

from contextlib import nullcontext
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from stoppress.live.script_prefix import path_below

from .decorator import MARK
from .query import QueryRead


def read_by_page(scope: Any) -> QueryRead | None:
    """Return the query parameters that a shared page reads; None where the page is not shared.

    Only requests for shared pages wait for each other: other views may answer each reader
    differently.
    """
    return _read_by(settings.ROOT_URLCONF, path_below(scope))


@lru_cache(maxsize=1024)
def _read_by(urlconf: str, path: str) -> QueryRead | None:
    # Some addresses exist in their own language only.
    language = translation.get_language_from_path(path)
    try:
        with translation.override(language) if language else nullcontext():
            mark: QueryRead | None = getattr(resolve(path, urlconf).func, MARK, None)
            return mark
    except Resolver404:
        return None
