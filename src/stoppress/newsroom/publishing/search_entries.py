"""Update the search index, in the transaction of each verb."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from stoppress.newsroom.models import Article, SearchEntry
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.search_table import EXISTS, MERGE
from stoppress.newsroom.searching.fold import fold
from stoppress.newsroom.searching.texts import shown_texts
from stoppress.newsroom.searching.tokens import tokens

from .place import MILLISECOND

# Few, because texts may be long, and so that other writers can write between the steps.
AT_ONCE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS = ("version", "public", "position", "words", "desk_words", "tokens")


def settle_entry(article: Article) -> None:
    """Write the entry of a locked and saved article. This reads the `parent` of a post."""
    _save([entry_of(article)])


def entry_of(article: Article) -> SearchEntry:
    """Return the entry of an article. Only the entry of a public article has tokens."""
    words = fold(*shown_texts(article))
    shown = article.is_public and (article.parent is None or article.parent.is_public)
    position = position_of(article) if shown else None
    public = position is not None
    return SearchEntry(
        article_id=article.pk,
        version=article.version,
        public=public,
        position=position,
        words=words,
        desk_words=fold(article.slugline, article.external_id),
        tokens=" ".join(tokens(words.split())) if public else "",
    )


def position_of(article: Article) -> int | None:
    """Return an article's position among all results, higher if later; None if it has no place.

    It is unique: places are unique among articles and among posts, and the last bit marks posts.
    """
    if article.place is None:
        return None
    since = datetime.fromisoformat(article.place) - EPOCH
    return 2 * (since // MILLISECOND) + article.is_post


def take_out_posts(story: Article) -> None:
    """Remove a retracted story's posts from the readers' index."""
    SearchEntry.objects.filter(article__parent=story).update(public=False, position=None, tokens="")


def bring_in_posts(story: Article) -> None:
    """Put the posts of a restored story into the readers' index again."""
    posts = story.posts.filter(pub_status=Article.PubStatus.USABLE).select_related("parent")
    _save(entry_of(post) for post in posts.iterator(chunk_size=AT_ONCE))


def wipe_taken() -> None:
    """Erase removed words from SQLite's index, which otherwise only marks them as removed.

    This rewrites the whole index, in about 0.2 s for 10,000 articles. PostgreSQL needs nothing.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        if cursor.execute(EXISTS).fetchone():
            cursor.execute(MERGE)


def index_steps() -> Iterator[int]:
    """Index articles with a missing or stale entry, some in each step, the newest first.

    Entries are missing or stale after a migration, and after changes by processes of the previous
    release. Until then the search omits them. This reads the id of every row, so call it only
    when the worker starts or trims.

    Yields:
        The number of articles that the step has indexed.
    """
    gone = ~Exists(Article.objects.filter(pk=OuterRef("article_id")))
    SearchEntry.objects.filter(gone).delete()
    due = list(_due().order_by("-pk").values_list("pk", flat=True))
    for start in range(0, len(due), AT_ONCE):
        yield _index(due[start : start + AT_ONCE])


def _due() -> ArticleQuerySet:
    public = Article.objects.public()
    stale = Q(search_entry=None) | ~Q(search_entry__version=F("version"))
    hidden = Q(search_entry__public=False, place__isnull=False, pk__in=public.values("pk"))
    shown = Q(search_entry__public=True) & ~Q(pk__in=public.values("pk"))
    return Article.objects.filter(stale | hidden | shown)


def _index(pks: list[int]) -> int:
    """Index articles, except those that a verb has locked: the verb writes their entries."""
    with transaction.atomic():
        stories = Article.objects.filter(pk__in=pks, parent__isnull=False).values("parent")
        rows = Article.objects.select_for_update(of=("self",), skip_locked=True)
        locked = {row.pk: row for row in rows.filter(Q(pk__in=pks) | Q(pk__in=stories))}
        found = [locked[pk] for pk in pks if pk in locked]
        for row in found:
            row.parent = locked.get(row.parent_id or 0)
        _save(entry_of(row) for row in found if not row.is_post or row.parent)
    return len(found)


def _save(entries: Iterable[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=FIELDS,
    )
