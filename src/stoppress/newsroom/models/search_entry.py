"""The index of the search: each article's words, folded."""

from typing import Any

from django.db import models

from .article import Article


class TokensField(models.TextField):  # type: ignore[type-arg]
    """Tokens between spaces. PostgreSQL keeps them as a `tsvector` that no parser has made."""

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_placeholder(self, value: object, compiler: Any, connection: Any) -> str:
        if connection.vendor == "postgresql":
            return "array_to_tsvector(string_to_array(%s, ' '))"
        return "%s"

    def get_placeholder_sql(
        self, value: object, compiler: Any, connection: Any
    ) -> tuple[str, tuple[object, ...]]:
        """Return the placeholder with its parameters, as Django asks from 6.1 on."""
        placeholder = self.get_placeholder(value, compiler, connection)
        if hasattr(value, "as_sql"):
            inner, parameters = compiler.compile(value)
            return placeholder % inner, tuple(parameters)
        return placeholder, (value,)


class SearchEntry(models.Model):
    """The words of an article for the search. Only the newsroom's verbs and the worker write it.

    It is valid for one version of the article; the search ignores an entry of another version.
    """

    # No constraint: processes of the previous release delete drafts without their entries.
    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, db_constraint=False, related_name="search_entry"
    )
    version = models.PositiveIntegerField()
    # Whether readers may see the article. Only then it has tokens; other words are for the desk.
    public = models.BooleanField()
    # The position among the results, which are sorted by it; only of public articles.
    position = models.BigIntegerField(null=True, unique=True)
    # The words as `fold` returns them.
    words = models.TextField()
    # Words that only the desk searches.
    desk_words = models.TextField()
    # On SQLite, triggers keep the FTS5 table `newsroom_search` by this column.
    tokens = TokensField()

    class Meta:
        default_permissions = ()
