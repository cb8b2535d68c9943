"""Middleware that tells the audit which request makes a change."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware

from .actor import acting


@sync_and_async_middleware
def audited(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Record a request's changes as its user's. Put it after the authentication middleware."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> Any:
            with acting(request):
                return await get_response(request)

        return answer_later

    def answer(request: HttpRequest) -> Any:
        with acting(request):
            return get_response(request)

    return answer
