"""The fields of an article's form, by the article's kind and state, and the user's rights."""

from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.utils.translation import gettext

from stoppress.newsroom.models import Article
from stoppress.newsroom.rights import FIELD_RIGHTS, Verb, may

from .refusals import Admin, refusal_of
from .sending import ANOTHER, ONCE, SentBefore

WORDS = ["headline", "summary", "body", "body_format", "image", "byline", "located", "language"]
PLACE = ["section", "topics", "authors", "urgency", "pinned", "top_until"]
# A post has no position among articles, and no fields that only lists of articles show.
POST = ["headline", "body", "occurred", "key_event", "pinned"]
POST_MORE = ["byline", "authors", "body_format", "language"]
MADE = ["source_type", "reviewed_by"]
TIMES = ["publish_at", "embargoed_until"]
DESK = ["slugline", "ed_note"]
ORIGIN = ["source", "external_id", "original_url"]
RIGHTS = ["copyright_holder", "copyright_notice", "usage_terms"]
KEPT = ["state", "uri", "version", "version_created", "first_created", "first_published"]
FAILED = ["publish_failed", "publish_retry"]
# A form has these fields only if its user may write them.
GUARDED = ("publish_at", "pinned", "top_until", "reviewed_by")


class FieldsetsAdmin(Admin):
    """An admin of articles whose form has the fields of the article's kind."""

    new_kind: str = Article.Kind.ARTICLE  # the kind that the form of a new article makes

    def is_of_post(self, obj: Any) -> bool:
        return obj.is_post if obj is not None else self.new_kind == Article.Kind.POST

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        changes = any(may(request.user, verb, obj) for verb in (Verb.UPDATE, Verb.CORRECT))
        public = obj is not None and obj.is_public and changes
        doing = [(gettext("Kind of change"), {"fields": ["change_is", "note"]})] if public else []
        sent = obj is None and isinstance(refusal_of(request), SentBefore)
        said = [(gettext("Sent before"), {"fields": [ANOTHER]})] if sent else []
        open_fields = self._of_post if self.is_of_post(obj) else self._of_article
        closed = self.closed_fields(request)
        given = [
            (name, {**rest, "fields": [each for each in rest["fields"] if each not in closed]})
            for name, rest in open_fields(request, obj)
        ]
        return [*said, *doing, *given, *([(gettext("Record"), {"fields": KEPT})] if obj else [])]

    def _of_article(self, request: HttpRequest, obj: Any) -> list[tuple[Any, dict[str, Any]]]:
        kind = self.kind_fields(request, obj)
        return [
            (None, {"fields": [*WORDS, *kind, *PLACE, *self._hidden(request, obj)]}),
            (gettext("Responsibility"), {"fields": MADE}),
            (gettext("Times"), {"fields": [*_failed(obj), *TIMES, "expires"]}),
            *self._desk_and_origin(),
        ]

    def _of_post(self, request: HttpRequest, obj: Any) -> list[tuple[Any, dict[str, Any]]]:
        if obj is None:
            more = [*POST_MORE, *MADE, *TIMES, *DESK, *ORIGIN, *RIGHTS]
            return [
                (None, {"fields": [*POST, ONCE]}),
                (gettext("More fields"), {"fields": more, "classes": ["collapse"]}),
            ]
        return [
            (None, {"fields": [*POST, *POST_MORE, *self._hidden(request, obj)]}),
            (gettext("Responsibility"), {"fields": MADE}),
            (gettext("Times"), {"fields": [*_failed(obj), *TIMES]}),
            *self._desk_and_origin(),
        ]

    @staticmethod
    def _desk_and_origin() -> list[tuple[Any, dict[str, Any]]]:
        return [
            (gettext("For the desk only"), {"fields": DESK}),
            (
                gettext("Origin and rights"),
                {"fields": [*ORIGIN, *RIGHTS], "classes": ["collapse"]},
            ),
        ]

    def _hidden(self, request: HttpRequest, obj: Any) -> list[str]:
        read = obj is not None and not self.notes_alone(request, obj)
        return ["read_version", ONCE] if read else [ONCE]

    def kind_fields(self, request: HttpRequest, obj: Any) -> list[str]:
        """Return the fields about the article's kind that a form has.

        The kind can be chosen as long as no page and no post relies on it.
        """
        is_open = obj is None or not (obj.first_published or obj.posts.exists())
        # A value that is sent anyway is read, so that a change is refused.
        kind = ["kind"] if is_open or "kind" in request.POST else []
        timed = is_open or obj.is_live or "quiet_hours" in request.POST
        return [*kind, *(["quiet_hours"] if timed else [])]

    def closed_fields(self, request: HttpRequest) -> list[str]:
        """Return the fields that a user's form does not have."""
        closed = [name for name in GUARDED if not may(request.user, FIELD_RIGHTS[name][1])]
        if refusal_of(request) is not None:
            return closed
        # A value that is sent anyway is read, so that a change is refused.
        sent = {name.removesuffix("_0").removesuffix("_1") for name in request.POST}
        return [name for name in closed if name not in sent]

    def may_change(self, user: Any, article: Article) -> bool:
        """Return whether a user may change an article's fields."""
        return may(user, Verb.EDIT, article) or (
            article.is_public and may(user, Verb.CORRECT, article)
        )

    def notes_alone(self, request: HttpRequest, article: Article | None) -> bool:
        """Return whether a user's form has only the notes for the desk.

        A reporter's form may be sent after an editor has published or scheduled the draft. It is
        read as it was served, so that the answer keeps the text, with the reason of the refusal.
        """
        if article is None or "headline" in request.POST:
            return False
        return not self.may_change(request.user, article)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.notes_alone(request, obj):
            shown = flatten_fieldsets(self.get_fieldsets(request, obj))
            return [name for name in shown if name != ONCE]
        return super().get_readonly_fields(request, obj)


def _failed(obj: Any) -> list[str]:
    return FAILED if obj is not None and obj.publish_failed else []
