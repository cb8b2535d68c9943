"""Articles and posts as ninjs, at addresses below their own."""

import json

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from stoppress import live
from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import wire_time
from stoppress.newsroom.post_range import PostRange
from stoppress.newsroom.reader_page import missing_page, reader_page
from stoppress.newsroom.stream_names import LIMIT
from stoppress.newsroom.tagged import etag_of, tagged
from stoppress.newsroom.withdrawn import gone_at, once_public, retraction_of

from .facts import facts_of
from .ninjs import Ninjs, canceled, news_object
from .posts import posts_shown


@reader_page
def ninjs(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer with an article, or with a live story and its newest posts.

    A retracted article answers 410 with its public note, an article that was never public 404. The
    number of a post is redirected to its address in its story.
    """
    found = Article.objects.public().select_related("section", "image").filter(pk=pk).first()
    if found is None:
        return _withdrawn(request, pk)
    if found.is_post:
        return redirect("newsroom:post_ninjs", story=found.parent_id, pk=pk)
    streams = [found.stream, *(found.streams_of_posts if found.is_live else ())]
    live.shows(*streams)
    posts = posts_shown(found, PostRange(), LIMIT) if found.is_live else []
    return _answer(request, news_object(facts_of(found), request.build_absolute_uri, posts))


@reader_page
def post_ninjs(request: HttpRequest, story: int, pk: int) -> HttpResponseBase:
    """Answer with a post. At another story's address, redirect to the right one."""
    was_public = once_public(pk)
    if was_public is None or not was_public.is_post:
        return missing_page(request)
    if was_public.parent_id != story:
        return redirect("newsroom:post_ninjs", story=was_public.parent_id, pk=pk)
    posts = Article.objects.public().select_related("section", "image")
    found = posts.filter(pk=pk).first()
    if found is None:
        return _withdrawn(request, pk)
    live.shows(found.stream)
    return _answer(request, news_object(facts_of(found), request.build_absolute_uri))


def _withdrawn(request: HttpRequest, pk: int) -> HttpResponseBase:
    told = gone_at(pk)
    if told is None:
        return missing_page(request)
    was, retracted = told
    live.shows(was.stream, retracted.stream)
    retraction = retraction_of(retracted)
    since = wire_time(retraction["created"] or retracted.version_created)
    left = canceled(was, retraction["note"], since, request.build_absolute_uri)
    return _answer(request, left, status=410)


def _answer(request: HttpRequest, told: Ninjs, status: int = 200) -> HttpResponseBase:
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return tagged(request, etag_of(written), lambda: written, "application/json", status)
