"""Which addresses lead to shared pages: known from the site's own routes, before any answer."""

from contextlib import nullcontext
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from .shown import MARK


def is_shared_page(scope: Any) -> bool:
    """Say whether a request is for a view that is marked as a shared page.

    Only for those does anybody wait: what another was answered says nothing of other views.
    """
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return _is_shared(settings.ROOT_URLCONF, path)


@lru_cache(maxsize=1024)
def _is_shared(urlconf: str, path: str) -> bool:
    # Some addresses are there in their own language only.
    language = translation.get_language_from_path(path)
    try:
        with translation.override(language) if language else nullcontext():
            return hasattr(resolve(path, urlconf).func, MARK)
    except Resolver404:
        return False
