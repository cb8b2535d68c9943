"""The search of the admin's lists, by the same fold as the readers': É is found by é."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from stoppress.newsroom.models import SearchEntry
from stoppress.newsroom.searching.fold import fold, words
from stoppress.newsroom.searching.found import contains

from .refusals import Admin

# The most rows found by comparing one row after the other. Nobody reads a longer list.
MOST_ROWS = 10_000


class FoldedSearchAdmin(Admin):
    """An admin whose search finds Django's own results, and rows with all words after folding."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        wanted = words(search_term)
        if not wanted:
            return found, duplicates
        same = Q(pk__in=found.order_by().values("pk")) | Q(pk__in=self.folded(queryset, wanted))
        return queryset.filter(same), False

    def folded(self, queryset: QuerySet[Any], wanted: Sequence[str]) -> Any:
        """Return the keys of the rows whose searched fields contain all these folded words."""
        names = [name for name in self.search_fields if name.isidentifier()]
        rows = queryset.order_by("-pk").values_list("pk", *names)
        texts = ((pk, fold(*texts)) for pk, *texts in rows.iterator())
        found = (pk for pk, text in texts if all(word in text for word in wanted))
        return [pk for pk, _ in zip(found, range(MOST_ROWS), strict=False)]


class ArticleSearchAdmin(FoldedSearchAdmin):
    """The same search for articles: their folded words are in the search index."""

    def folded(self, queryset: QuerySet[Any], wanted: Sequence[str]) -> Any:
        entries = SearchEntry.objects.all()
        for word in wanted:
            entries = entries.filter(Q(contains("words", word)) | Q(contains("desk_words", word)))
        return entries.values("article_id")
