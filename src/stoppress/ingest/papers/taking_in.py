"""Bring an article here to its state in another paper, by the newsroom's verbs.

A field that an editor here has changed stays until the paper changes the same field. An article
that was retracted or deleted here stays so.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from urllib.parse import urljoin

from stoppress.ingest.intake import SOURCE_NAME, external_id
from stoppress.ingest.models import Copy, Source
from stoppress.ingest.sanitize import clip
from stoppress.live import atomic
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Person, Picture, Section, Topic
from stoppress.newsroom.phrase import Phrase
from stoppress.newsroom.publishing import (
    InvalidField,
    correct_article,
    create_article,
    move_post,
    publish_article,
    restore_article,
    set_coverage,
    update_article,
)
from stoppress.newsroom.publishing.fields import checked_name

from .again import kept_here, take_up
from .fields import changed, facts_of, fields_of, fingerprint_of
from .item import Item, Named
from .pictures import settle_facts, told_in
from .withdrawing import take_older_texts, withdrawn_by_another

DELETED = Phrase("its article was deleted here")
RETRACTED = Phrase("its article was retracted here")
NO_STORY = Phrase("its live story is not here")
STORY_RETRACTED = Phrase("its live story was retracted here")


@dataclass(frozen=True)
class Prepared:
    """An item with everything that is prepared before the transaction begins.

    Attributes:
        body: the text and its format, with our addresses.
        pictures: our pictures, by the paper's addresses.
        missing: the reasons why pictures are missing.
    """

    item: Item
    body: tuple[str, str]
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def take_in(source: Source, prepared: Prepared, *, anew: bool = False, gap: bool = False) -> str:
    """Take in the present state of an article in another paper.

    An article of another source, or of this paper itself, is left alone.

    Returns:
        Why it was not taken in; empty if it was, or if it is left alone.

    Args:
        anew: the paper has another history than before, so version numbers cannot be compared.
        gap: the item comes without an event, so withdrawals of older texts may have been missed.

    Raises:
        NewsroomError: the newsroom does not accept it.
    """
    item = prepared.item
    settle_facts(source, told_in(item))
    copy = Copy.objects.filter(source=source, uri=item.uri).select_related("article").first()
    if copy is None:
        copy = Copy(source=source, uri=item.uri)
        known = Article.objects.filter(uri=item.uri).first()
        if known is None:
            refusal = _publish(copy, prepared)
            return refusal or _remember(copy, item, _now(prepared))
        if known.external_id != external_id(source, item.uri):
            return _remember(copy, item, {})
        # It was taken in when this paper was followed before.
        take_up(copy, known)
    if item.version < copy.version and not anew:
        return ""
    if copy.article is None:
        return DELETED if copy.fingerprint else _remember(copy, item, {})
    copy.texts_owed |= gap and (anew or item.version != copy.version)
    refusal = _change(copy, copy.article, prepared)
    if refusal:
        copy.held |= copy.texts_owed and copy.article.is_retracted
        copy.save()
        return refusal
    if copy.texts_owed:
        take_older_texts(copy.article, source)
    return _remember(copy, item, _now(prepared))


def _now(prepared: Prepared) -> dict[str, str]:
    now = fingerprint_of(facts_of(prepared.item))
    # Without a hash, the next event of the article fetches missing pictures again.
    return {
        name: "" if prepared.missing and name in {"body", "image"} else value
        for name, value in now.items()
    }


def _remember(copy: Copy, item: Item, fingerprint: dict[str, str]) -> str:
    if copy.key != item.key:
        # After a restored backup the paper may use the number for another article.
        Copy.objects.filter(source=copy.source, key=item.key).exclude(pk=copy.pk).update(key="")
    copy.key, copy.version, copy.fingerprint = item.key, item.version, fingerprint
    copy.withdrawn = copy.texts_owed = copy.held = False
    copy.save()
    return ""


def _publish(copy: Copy, prepared: Prepared) -> str:
    """Publish an article that is not here yet, with the time of its first publication there."""
    item, by = prepared.item, copy.source.title
    story = None
    if item.story is not None:
        story = story_here(copy.source, item.story.key)
        if story is None:
            return NO_STORY
        if story.is_retracted:
            Copy.objects.filter(source=copy.source, article=story).update(posts_owed=True)
            return STORY_RETRACTED
    fields = _fields(copy.source, prepared, None)
    kind = {} if item.is_post else {"kind": item.kind}
    fields |= {"uri": item.uri, "external_id": external_id(copy.source, item.uri), **kind}
    article = create_article(fields, parent=story, by=by)
    alone = item.updated is None and item.correction is None
    note = item.note if alone else ""
    article = publish_article(article, by=by, note=note, at=item.first_published)
    if item.correction is not None:
        text, date = item.correction.text, item.correction.date
        article = correct_article(article, text, by=by, at=date)
    copy.article = _cover(article, item, by)
    return ""


def _change(copy: Copy, article: Article, prepared: Prepared) -> str:
    """Apply the paper's changes to an article; return why not, or an empty text."""
    item, by = prepared.item, copy.source.title
    differing = changed(_now(prepared), copy.fingerprint)
    if not copy.fingerprint:
        differing -= kept_here(copy, article, item)
    restored = article.is_retracted
    if restored and (not copy.withdrawn or withdrawn_by_another(copy)):
        return RETRACTED
    story = story_here(copy.source, item.story.key) if item.story else None
    if item.is_post and story is None:
        return NO_STORY
    fields = _fields(copy.source, prepared, differing)
    correction = item.correction if "correction" in differing else None
    if restored:
        article = update_article(article, fields, by=by)
        article, fields = restore_article(article, by=by, note=item.note), {}
    if story is not None and "story" in differing:
        article = move_post(article, story, by=by)
    if correction is not None:
        text, date = correction.text, correction.date
        article = correct_article(article, text, fields, by=by, at=date)
    elif fields:
        article = _update(article, fields, item.note, by)
    if "coverage" in differing:
        article = _cover(article, item, by)
    copy.article = article
    return ""


def _update(article: Article, fields: Mapping[str, object], note: str, by: str) -> Article:
    try:
        with atomic():
            return update_article(article, fields, by=by, note=note)
    except InvalidField as error:
        if not note or error.field != "note":
            raise
    # An editor here has made the same change before, so there is no change for the note.
    return update_article(article, fields, by=by)


def _cover(article: Article, item: Item, by: str) -> Article:
    if item.is_live and item.coverage is not None and article.is_public:
        return set_coverage(article, item.coverage, by=by, at=item.coverage_changed)
    return article


def story_here(source: Source, key: str) -> Article | None:
    """Return the article that was made from a paper's live story."""
    copy = Copy.objects.filter(source=source, key=key).select_related("article").first()
    return copy.article if copy and copy.article and copy.article.is_live else None


def _fields(source: Source, prepared: Prepared, differing: Set[str] | None) -> dict[str, object]:
    """Return the fields to write: those that differ, or all if `differing` is None."""
    item = prepared.item
    fields = fields_of(item, prepared.body, database_time())
    wanted = set(facts_of(item)) if differing is None else set(differing)
    if wanted & {"body", "body_format"}:
        wanted |= {"body", "body_format"}
    kept = {name: value for name, value in fields.items() if name in wanted}
    if "source" in kept:
        kept["source"] = item.source or clip(source.title, SOURCE_NAME)
    if "original_url" in kept:
        kept["original_url"] = item.original_url or address_there(source, item)
    if "image" in wanted:
        kept["image"] = prepared.pictures.get(item.image.url) if item.image else None
    if "section" in wanted:
        kept["section"] = source.section or _section(item.section)
    if "topics" in wanted:
        kept["topics"] = [_topic(each) for each in item.topics]
    if "authors" in wanted:
        kept["authors"] = [_person(each) for each in item.authors]
    return kept


def address_there(source: Source, item: Item) -> str:
    """Return the address of an article in the other paper."""
    return urljoin(f"{source.url}/", item.url)


def _section(named: Named | None) -> Section | None:
    if named is None:
        return None
    made = {"name": checked_name(named.name)}
    return Section.objects.get_or_create(slug=named.slug, defaults=made)[0]


def _topic(named: Named) -> Topic:
    made = {"name": checked_name(named.name)}
    return Topic.objects.get_or_create(slug=named.slug, defaults=made)[0]


def _person(named: Named) -> Person:
    made = {"name": checked_name(named.name)}
    return Person.objects.get_or_create(slug=named.slug, defaults=made)[0]
