"""What is public of one article, or of a post: read once, for each form that it is told in."""

from dataclasses import dataclass
from datetime import datetime

from stoppress.newsroom.article_name import article_name
from stoppress.newsroom.models import Article, Person, Picture, Topic, Version
from stoppress.newsroom.opening import opening
from stoppress.newsroom.payloads import HISTORY, description
from stoppress.newsroom.pictures.references import picture_ids
from stoppress.newsroom.post_payloads import public_versions


@dataclass(frozen=True)
class Facts:
    """A public article or post.

    Attributes:
        name: the headline; of a post without one what it is called. Never empty.
        description: the summary, else the opening of the text, as pages say it; may be empty.
        pictures: the lead picture, then those of the text.
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
        """When readers could first read it."""
        return self.article.first_published or self.article.version_created

    @property
    def modified(self) -> datetime:
        """When it last changed for readers; of a live story, it or a post of it."""
        latest = self.versions[0].created if self.versions else None
        return max(filter(None, (self.published, latest, self.article.latest_change)))

    @property
    def corrections(self) -> list[Version]:
        """The corrections whose notes are public, the latest first."""
        acts = (each for each in self.versions if each.act == Version.Act.CORRECTION)
        return [each for each in acts if each.note and not each.withdrawn]


def facts_of(article: Article) -> Facts:
    """Return what is public of a public article or post. Takes four queries at most.

    None for one whose posts were read together (`post_payloads.with_versions`).
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
