"""The site's static files for the test client, whose other requests do not pass them.

ServeStatic is made for async servers. A test client is none: each of its requests would begin an
event loop and a thread, and each client would look for all files anew: 40 ms of CPU for the first
request and 3 ms for each further one. The tests with a server have the site's own middleware.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest

from stoppress.site.static_files import middleware

SITES = f"{middleware.__name__}.{middleware.StaticFiles.__name__}"


class StaticFiles:
    """The site's middleware, made when a static file is first asked for."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(settings.STATIC_URL):
            return self._sites(request)
        return self._get_response(request)

    @cached_property
    def _sites(self) -> Callable[[HttpRequest], Any]:
        if self._is_async:
            return middleware.StaticFiles(self._get_response)
        return async_to_sync(middleware.StaticFiles(sync_to_async(self._get_response)))
