"""Make the fields of articles and posts from the items of an export."""

import re

from stoppress.newsroom.language import LANGUAGE, MAX_CHARS
from stoppress.newsroom.models import Article

from .around import Around, external_id
from .content import Text, text_of_post
from .entries import Entry
from .index import Index
from .item import Item
from .plain_text import clip, one_line, plain, text_of
from .report import Report
from .state import State
from .terms import Terms

HEADLINE, MADE_HEADLINE, SUMMARY, SLUGLINE = 300, 80, 2000, 100
URI = re.compile(r"(?:https?|tag|urn):\S{1,490}", re.ASCII)
LINK = re.compile(r"https?://[!-~]{1,1900}")
UNTITLED = "Untitled"
LOST = "Left out of texts"
SHORTENED = "Shortened"


class Fields:
    """Makes the fields of articles and posts."""

    def __init__(self, index: Index, report: Report, terms: Terms, around: Around) -> None:
        self._index, self._report, self._terms, self._around = index, report, terms, around

    def id_of(self, item: Item) -> str:
        """Return an item's `external_id`."""
        return external_id(self._index.name(item))

    def id_of_entry(self, item: Item, id_: str) -> str:
        return external_id(f"{self._index.name(item)} entry {id_}")

    def of(self, item: Item, state: State) -> dict[str, object]:
        """Return the fields of a post's article.

        Raises:
            TooLarge: its text is longer than a body may be.
        """
        text = self._text(item.content, item.called)
        if item.is_cut:
            self._report.name(SHORTENED, f"{item.called}: it is too large to be read whole")
        section, topics = self._terms.section_and_topics(item)
        byline, authors = self._terms.authors(item)
        headline = plain(item.title) or clip(text_of(text.tree), MADE_HEADLINE) or UNTITLED
        summary = self._short(plain(item.excerpt), SUMMARY, f"{item.called}: the excerpt")
        name = self._index.name(item)
        public = state is State.PUBLISHED
        fields: dict[str, object] = {
            "kind": Article.Kind.LIVE if item.live else Article.Kind.ARTICLE,
            "headline": self._short(headline, HEADLINE, f"{item.called}: the title"),
            "summary": summary,
            "body": text.markdown,
            "body_format": Article.BodyFormat.MARKDOWN,
            "byline": byline,
            "section": section,
            "topics": topics,
            "authors": authors,
            "image": self._around.lead(item),
            "pinned": item.sticky,
            "slugline": clip(one_line(item.slug), SLUGLINE),
            "original_url": item.link if public and LINK.fullmatch(item.link) else "",
            "external_id": self.id_of(item),
        }
        if state is State.SCHEDULED:
            fields["publish_at"] = item.date
        if LANGUAGE.fullmatch(self._index.language[:MAX_CHARS]):
            fields["language"] = self._index.language[:MAX_CHARS]
        if URI.fullmatch(name) and not Article.objects.filter(uri=name).exists():
            fields["uri"] = name
        return fields

    def of_entry(self, item: Item, entry: Entry) -> dict[str, object]:
        """Return the fields of the post that an entry becomes.

        Raises:
            TooLarge: its text is longer than a body may be.
        """
        text = self._text(entry.content, f"entry {entry.id} of {item.called}")
        byline, authors = self._terms.authors_of_entry(entry)
        return {
            "body": text.markdown,
            "body_format": Article.BodyFormat.MARKDOWN,
            "byline": byline,
            "authors": authors,
            "occurred": entry.date,
            "key_event": entry.key_event,
            "external_id": self.id_of_entry(item, entry.id),
        }

    def _text(self, content: str, called: str) -> Text:
        text = text_of_post(content, self._index.base, self._around)
        if text.left_out:
            self._report.name(LOST, f"{called}: {' '.join(text.left_out)}")
        return text

    def _short(self, text: str, limit: int, what: str) -> str:
        if len(text) > limit:
            self._report.name(SHORTENED, f"{what} has {len(text)} characters; {limit} are kept")
        return clip(text, limit)
