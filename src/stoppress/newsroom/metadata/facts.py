"""The public facts of an article or a post, read once for JSON-LD, previews and ninjs."""

from dataclasses import dataclass
from datetime import datetime

from stoppress.newsroom.article_name import article_name
from stoppress.newsroom.models import Article, Person, Picture, Topic, Version
from stoppress.newsroom.opening import opening
from stoppress.newsroom.payloads import description
from stoppress.newsroom.pictures.references import picture_ids
from stoppress.newsroom.public_versions import HISTORY, public_versions


@dataclass(frozen=True)
class Facts:
    """A public article or post.

    Attributes:
        name: the headline, or a name made for a post without a headline. Never empty.
        description: the summary, or the opening of the text; may be empty.
        pictures: the lead picture, then the pictures of the text.
        versions: the latest public ones, the latest first.
    """

    article: Article
    name: str
    description: str
    authors: list[Person]
    topics: list[Topic]
    pictures: list[Picture]
    versions: list[Version]

    @property
    def published(self) -> datetime:
        """The time of the first publication."""
        return self.article.first_published or self.article.version_created

    @property
    def modified(self) -> datetime:
        """The time of the latest public change; for a live story, changes of its posts count."""
        latest = self.versions[0].created if self.versions else None
        return max(filter(None, (self.published, latest, self.article.latest_change)))

    @property
    def corrections(self) -> list[Version]:
        """The corrections whose notes are public, the latest first."""
        acts = (each for each in self.versions if each.act == Version.Act.CORRECTION)
        return [each for each in acts if each.note and not each.withdrawn]


def facts_of(article: Article) -> Facts:
    """Return the facts of a public article or post, in four queries at most.

    No query is needed for posts that were read together (`public_versions.with_versions`).
    """
    text = opening(article.body_tree)
    return Facts(
        article=article,
        name=article_name(article),
        description=text if article.is_post else description(article),
        authors=list(article.authors.all()),
        topics=[] if article.is_post else list(article.topics.all()),
        pictures=_pictures(article),
        versions=public_versions(article)[:HISTORY],
    )


def _pictures(article: Article) -> list[Picture]:
    lead = [article.image] if article.image else []
    named = picture_ids(article.body_tree)
    in_text = [each for each in article.pictures.all() if each.pk in named] if named else []
    return lead + [each for each in in_text if each not in lead]
