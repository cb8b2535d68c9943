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
    """What the search knows of an article. Only the newsroom's verbs write it, and the worker.

    It is true of one version of the article; the search leaves out an entry of another version.
    """

    # Without a constraint: processes of the previous release delete drafts, and know no entry.
    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, db_constraint=False, related_name="search_entry"
    )
    version = models.PositiveIntegerField()
    # Readers may see the article: it has tokens. Words of others are for the desk alone.
    public = models.BooleanField()
    # The position among the results, which are in its order; of public articles alone.
    position = models.BigIntegerField(null=True, unique=True)
    # As `fold` returns them.
    words = models.TextField()
    # Those that only the desk searches.
    desk_words = models.TextField()
    # On SQLite, triggers keep the FTS5 table `newsroom_search` by this column.
    tokens = TokensField()

    class Meta:
        default_permissions = ()
