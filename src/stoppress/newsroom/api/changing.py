"""Run a verb of the newsroom for a call that changes an article or a post."""

from collections.abc import Callable
from typing import Annotated

from django.db import IntegrityError
from django.http import Http404, HttpResponse
from ninja.params.functions import Header

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import VersionConflict, WrongState, prepare
from stoppress.newsroom.rights import Verb, permitted

from .answers import respond
from .auth import ApiRequest
from .conditions import versions
from .errors import IF_MATCH
from .fields import verb_fields
from .once import Once
from .payload import Fields, Payload

IfMatch = Annotated[
    str | None, Header(alias=IF_MATCH, description="the version you know; 412 if it has changed")
]


def found(article_id: int) -> Article:
    """Return the article of an address; a post has another address.

    Raises:
        Http404.
    """
    articles = Article.objects.without_posts().select_related("section", "image").defer("body_tree")
    article = articles.filter(pk=article_id).first()
    if article is None:
        if Article.objects.filter(pk=article_id).exists():
            raise Http404(f"{article_id} is a post: see /api/posts/{article_id}.")
        raise Http404(f"There is no article {article_id}.")
    return article


def found_post(post_id: int) -> Article:
    """Return the post of an address, with its story.

    Raises:
        Http404.
    """
    posts = Article.objects.filter(kind=Article.Kind.POST).select_related("parent")
    post = posts.defer("body_tree").filter(pk=post_id).first()
    if post is None:
        if Article.objects.filter(pk=post_id).exists():
            raise Http404(f"{post_id} is an article: see /api/articles/{post_id}.")
        raise Http404(f"There is no post {post_id}.")
    return post


def change(
    request: ApiRequest,
    article_id: int,
    if_match: str | None,
    idempotency_key: str | None,
    right: Verb,
    verb: Callable[..., Article],
    payload: Payload | None,
    find: Callable[[int], Article] = found,
    goes_to: Article | None = None,
) -> HttpResponse:
    """Run a verb, unless `If-Match` names another version, and answer with the article.

    The token must have the right, and the rights of the written fields, in the article's present
    state.

    A request with an idempotency key is carried out once. If it is sent again, the answer is the
    present article.

    Args:
        find: `found`, or `found_post` for the address of a post.
        goes_to: the story to which a post is moved.
    """
    known = versions(if_match)
    words = payload.model_dump(exclude_unset=True) if payload else {}
    once = Once(request.auth, idempotency_key, request.method, request.path, words)
    article = once.find(Article)
    if article is None:
        article = find(article_id)
        fields = verb_fields(payload) if isinstance(payload, Fields) else {}
        prepare(fields, article)
        try:
            with permitted(request.auth, right, article, fields, goes_to=goes_to) as fresh:
                article = verb(fresh, by=request.auth.name, if_version=known)
                once.remember(article)
        except (IntegrityError, WrongState, VersionConflict):
            # A simultaneous request with the same key may have been first.
            article = once.find(Article)
            if article is None:
                raise
    return respond(article, payload=payload, published=right is Verb.PUBLISH)
