"""Responses that Django must not log, because the application has logged their cause."""

from typing import TypeVar

from django.http import HttpResponse

Answer = TypeVar("Answer", bound=HttpResponse)


def unlogged(answer: Answer) -> Answer:
    """Mark a response as already logged (`django.utils.log`), and return it."""
    vars(answer)["_has_been_logged"] = True
    return answer
