"""Answers that Django does not log, since what they say was logged before."""

from typing import TypeVar

from django.http import HttpResponse

Answer = TypeVar("Answer", bound=HttpResponse)


def unlogged(answer: Answer) -> Answer:
    """Return an answer that Django takes for one that it has logged (`django.utils.log`)."""
    vars(answer)["_has_been_logged"] = True
    return answer
