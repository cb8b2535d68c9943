"""The readers' pages of live stories: the newest posts, older posts, and a single post."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from .article_name import article_name
from .metadata.pages import live_head, post_head
from .models import Article
from .payloads import direction_of
from .post_range import PostRange, older_posts_begin, posts_below, posts_from
from .reader_page import missing_page, page, reader_page
from .withdrawn import withdrawn_page


def live_story_page(request: HttpRequest, story: Article) -> HttpResponseBase:
    """Show a public live story with its newest posts."""
    shown = PostRange()
    head = live_head(request, story, shown)
    about = {"title": story.headline, "head": head, "is_first": True}
    return _posts_page(request, story, shown, story, about)


@reader_page
def older_posts(request: HttpRequest, pk: int, order: str) -> HttpResponseBase:
    """Show the posts of a live story below an order."""
    live = Article.objects.public().filter(kind=Article.Kind.LIVE)
    stories = live.prefetch_related("topics", "authors")
    story = stories.select_related("section", "image").filter(pk=pk).first()
    if story is None:
        return withdrawn_page(request, pk, ceiling=order)
    begins = older_posts_begin()
    shown = posts_below(story, order)
    head = live_head(request, story, shown, begins)
    about = {"title": begins + story.headline, "begins": begins, "head": head}
    return _posts_page(request, story, shown, story, about)


@reader_page
def post(request: HttpRequest, story: int, pk: int) -> HttpResponseBase:
    """Show a post, and the older ones below it.

    A post that was moved is redirected to its new address; a retracted post answers 410 with its
    note, and a post that is not public 404.
    """
    was_public = Article.objects.filter(kind=Article.Kind.POST, first_published__isnull=False)
    posts = was_public.exclude(pub_status=Article.PubStatus.WITHHELD)
    found = posts.select_related("parent__section", "image").filter(pk=pk).first()
    if found is None or found.parent is None:
        return missing_page(request)
    if found.parent_id != story:
        return redirect(found)
    if not Article.objects.public().filter(pk=pk).exists():
        return withdrawn_page(request, pk)
    title = article_name(found)
    about = {"title": title, "head": post_head(request, found, found.parent), "post": found}
    return _posts_page(request, found.parent, posts_from(found.parent, found), found, about)


def _posts_page(
    request: HttpRequest,
    story: Article,
    shown: PostRange,
    about: Article,
    words: Mapping[str, object],
) -> HttpResponseBase:
    """Show a part of a live story's posts, on the page of the story or of one post."""
    newest = story.get_absolute_url()
    newer = shown.newer and reverse("newsroom:older_posts", args=[story.pk, shown.newer])
    context = {
        "article": about,
        "direction": direction_of(about),
        "here": story.section.slug if story.section else "",
        "section": story.section,
        "stream": story.stream,
        "follows": f"posts:{story.pk}",
        "keys": story.keys_stream,
        "pk": story.pk,
        "newest": newest,
        "newer": newest if newer == "" else newer,
        "ceiling": shown.ceiling,
        **words,
    }
    streams = [story.stream, *story.streams_of_posts]
    topics, authors = story.topics.all(), about.authors.all()
    return page(request, "newsroom/live.html", streams, context, topics=topics, facts=authors)
