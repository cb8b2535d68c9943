"""The admin of a match: its page saves the match, then its links, then rows of two inlines."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import RequestFactory

from .season import Assignment, Goal, League, Match, Player, Referee, Tag


class Refused(Exception):
    """A form of the page is not valid."""


class Goals(TabularInline):
    model = Goal


class Assignments(TabularInline):
    model = Assignment


class MatchAdmin(ModelAdmin):
    """Saves as Django's does, and shows no page after it."""

    fields = ("title", "public", "league", "place", "tags")
    inlines = (Goals, Assignments)

    def log_addition(self, *args: Any) -> Any:
        return None

    def log_change(self, *args: Any) -> Any:
        return None

    def response_add(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse()

    def response_change(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse()

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        raise Refused(context["errors"])


ADMIN = MatchAdmin(Match, AdminSite())


def save_the_page(
    match: Match | None,
    *,
    scorers: Sequence[Player | None],
    referees: Sequence[Referee],
    gone: int,
    league: League | None,
    tags: Sequence[Tag],
    **fields: object,
) -> None:
    """Post the page of a match, or of a new one.

    Args:
        scorers, referees: of new rows of the inlines; None for a goal of nobody's.
        gone: so many rows of each inline are deleted.
    """
    goals = [{"player": scorer and scorer.pk, "minute": 5} for scorer in scorers]
    assignments = [{"referee": referee.pk, "role": "new"} for referee in referees]
    if match:
        goals = [*_stored(match.goals, gone, "player", "minute"), *goals]
        assignments = [*_stored(match.assignments, gone, "referee", "role"), *assignments]
    posted = {
        **fields,
        "league": league and league.pk,
        "tags": [tag.pk for tag in tags],
        **_inline("goals", goals),
        **_inline("assignments", assignments),
    }
    given = {
        name: value for name, value in posted.items() if value is not None and value is not False
    }
    request: Any = RequestFactory().post("/", given)
    request.user = User(is_active=True, is_staff=True, is_superuser=True)
    request._dont_enforce_csrf_checks = True
    ADMIN.changeform_view(request, str(match.pk) if match else None)


def delete_in_the_admin(matches: Any) -> None:
    """Do as the action that deletes the chosen objects."""
    ADMIN.delete_queryset(RequestFactory().post("/"), matches)


def _stored(rows: Any, gone: int, *names: str) -> list[dict[str, Any]]:
    key = rows.model._meta.pk.name
    return [
        {key: row["pk"], "match": row["match"], "DELETE": number < gone}
        | {name: row[name] for name in names}
        for number, row in enumerate(rows.order_by("pk").values("pk", "match", *names))
    ]


def _inline(prefix: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    posted: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": sum("match" in row for row in rows),
    }
    for number, row in enumerate(rows):
        posted |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return posted
