"""Articles and posts as the entries of a feed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from django.utils.translation import gettext

from stoppress.newsroom.article_name import article_name
from stoppress.newsroom.body.address import safe_address
from stoppress.newsroom.language import site_language
from stoppress.newsroom.models import Article, Section, Topic
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.opening import opening
from stoppress.newsroom.permanent_name import permanent_name
from stoppress.newsroom.pictures.item import TYPES, largest

from .changes import changes
from .content import content, short_content
from .feed import Author, Category, Entry, Picture, Withdrawn

LIMIT = 30
# Bytes of all texts of a feed together, as XML. Later entries have only a summary and a link: many
# programs refuse feeds of some megabytes, and the memory of pages keeps answers up to 1 MiB.
TEXT_BYTES = 900_000

# Returns the absolute address of a path of the site.
Absolute = Callable[[str], str]


def newest(articles: ArticleQuerySet) -> list[Article]:
    """Return the articles with the latest first publication, with all data that entries show."""
    # An article of a previous release has no place until the worker gives it one.
    placed = articles.filter(place__isnull=False).order_by("-place")
    # Numbers first, so that the database sorts a whole topic without its texts.
    numbers = list(placed.values_list("pk", flat=True)[:LIMIT])
    found = Article.objects.filter(pk__in=numbers).select_related("section", "image", "parent")
    related = found.prefetch_related("topics", "authors", "pictures")
    return list(related.defer("body", "ed_note").order_by("-place"))


def entries(articles: Sequence[Article], absolute: Absolute) -> list[Entry | Withdrawn]:
    """Return an entry for each article; for a retracted one, a `Withdrawn` with its note."""
    changed = changes(articles)
    made: list[Entry | Withdrawn] = []
    room = TEXT_BYTES
    for article in articles:
        updated = changed[article.pk]
        if article.is_retracted:
            made.append(withdrawn(article, article, updated, absolute))
            continue
        entry = _entry(article, updated, absolute, room)
        room -= _bytes(entry.html)
        made.append(entry)
    return made


def withdrawn_with_story(
    story: Article, posts: Sequence[Article], absolute: Absolute
) -> list[Entry | Withdrawn]:
    """Return the entries of the posts of a retracted story: each has the story's note."""
    changed = changes(posts)
    return [withdrawn(post, story, changed[post.pk], absolute) for post in posts]


def withdrawn(article: Article, gone: Article, when: datetime, absolute: Absolute) -> Withdrawn:
    """Return the entry of a retracted article or post, which has only a note.

    Args:
        gone: the retracted article: itself, or the story of a post.
    """
    url = absolute(article.get_absolute_url())
    published = article.first_published or when
    return Withdrawn(
        id=permanent_name(article, url),
        url=url,
        title=gettext("Withdrawn"),
        note=gone.retraction_note,
        published=published,
        updated=when,
        language=language_of_note(gone),
    )


def language_of_note(gone: Article) -> str:
    """Return the language of a retracted article's entry: the site's if there is no note."""
    return gone.language if gone.retraction_note else site_language()


def _entry(article: Article, updated: datetime, absolute: Absolute, room: int) -> Entry:
    url = absolute(article.get_absolute_url())
    begins = opening(article.body_tree)
    summary, html = article.summary.strip() or begins, content(article, url)
    return Entry(
        id=permanent_name(article, url),
        url=url,
        title=article_name(article),
        summary=summary,
        html=html if _bytes(html) <= room else short_content(summary, url),
        published=article.first_published or article.version_created,
        updated=updated,
        language=article.language,
        authors=_authors(article, absolute),
        categories=_categories(article, absolute),
        picture=_picture(article, absolute),
        original=safe_address(article.original_url) or "",
        rights=article.copyright_notice,
    )


def _bytes(html: str) -> int:
    """Return the length of a text in bytes, as XML; as JSON it is shorter."""
    return len(escape(html).encode())


def _authors(article: Article, absolute: Absolute) -> list[Author]:
    """Return the authors, or the byline if the article names none.

    A post's authors have no address, because no page lists an author's posts.
    """
    named = [
        Author(each.name, "" if article.is_post else absolute(each.get_absolute_url()))
        for each in article.authors.all()
    ]
    return named or ([Author(article.byline)] if article.byline else [])


def _categories(article: Article, absolute: Absolute) -> list[Category]:
    found: list[Section | Topic] = [article.section] if article.section else []
    return [
        Category(each.slug, each.name, url, url.removesuffix(f"{each.slug}/"))
        for each in [*found, *article.topics.all()]
        for url in [absolute(each.get_absolute_url())]
    ]


def _picture(article: Article, absolute: Absolute) -> Picture | None:
    picture = article.image
    if picture is None:
        return None
    file = largest(picture)
    return Picture(
        url=absolute(picture.address(file)),
        type=TYPES[file["format"]],
        bytes=file["bytes"],
        width=file["width"],
        height=file["height"],
        alt=picture.alt,
        credit=picture.credit,
    )
