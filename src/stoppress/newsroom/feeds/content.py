"""The whole text of an article or a post as HTML, for feed readers."""

from typing import Any

from django.utils.translation import gettext

from stoppress.newsroom.body import body
from stoppress.newsroom.body.address import safe_address
from stoppress.newsroom.body.cards import with_links
from stoppress.newsroom.body.tree import Tree
from stoppress.newsroom.dateline import with_dateline
from stoppress.newsroom.disclosure import disclosed
from stoppress.newsroom.models import Article
from stoppress.newsroom.pictures.in_body import shown_body
from stoppress.newsroom.pictures.item import largest
from stoppress.newsroom.times import in_words

from .absolute import absolute


def content(article: Article, url: str) -> str:
    """Return the whole content of a public article's page, in the page's order, as HTML.

    Only elements of the closed set are used. Embeds become links, because a feed reader has no
    button that loads a frame. The site's own texts are in the active language.

    Args:
        url: the absolute address of the article's page.
    """
    text, located = with_dateline(with_links(shown_body(article)), article.located)
    tree = [*_before(article), *_place(located), *text, *_after(article)]
    return str(body.html(absolute(tree, url)))


def short_content(summary: str, url: str) -> str:
    """Return the summary and a link, for an entry whose text does not fit into its feed."""
    link = ["a", {"href": url}, gettext("Read on")]
    return str(body.html([*([["p", summary]] if summary else []), ["p", link]]))


def _before(article: Article) -> Tree:
    """Return the parts before the text."""
    made: Tree = []
    if said := disclosed(article.source_type, reviewed=bool(article.reviewed_by)):
        made.append(["p", ["em", said]])
    if article.correction_date:
        # Translators: begins the note of a correction; {when} is a date and a time.
        label = gettext("Correction, {when}:").format(when=in_words(article.correction_date))
        made.append(["p", ["strong", label], f" {article.correction_text}"])
    if article.summary.strip():
        made.append(["p", ["strong", article.summary]])
    if article.image:
        made.append(_figure(article))
    return made


def _figure(article: Article) -> list[Any]:
    picture = article.image
    assert picture is not None
    file = largest(picture)
    said = {
        "src": picture.address(file),
        "alt": picture.alt,
        "width": str(file["width"]),
        "height": str(file["height"]),
    }
    words = [["p", each] for each in (picture.caption, picture.credit) if each]
    return ["figure", ["img", said], *([["figcaption", *words]] if words else [])]


def _place(located: str) -> Tree:
    return [["p", located]] if located else []


def _after(article: Article) -> Tree:
    """Return the parts after the text: its source and its copyright."""
    line: list[Any] = [article.source] if article.source else []
    if original := safe_address(article.original_url):
        link = ["a", {"href": original}, gettext("Read the original")]
        line += [" ", link] if line else [link]
    notice = [article.copyright_notice] if article.copyright_notice else []
    return [["p", *each] for each in (line, notice) if each]
