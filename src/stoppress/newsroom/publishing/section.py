"""Rename a section."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.stream_names import LIMIT

from .breaking import tell_breaking
from .errors import WrongState
from .fields import checked_name
from .locking import newest_locked
from .search_entries import settle_entry
from .telling import publish_event, publish_key_events


def rename_section(section: Section, name: str) -> Section:
    """Rename a section, and publish the new name with the section's newest articles.

    These are the articles that a list can show. Older ones show the new name when they are next
    opened or changed.

    Raises:
        InvalidField: the name is empty, too long or not accepted.
        WrongState: the section no longer exists.
    """
    name = checked_name(name)
    with live.atomic():
        # `no_key`: another verb's foreign key to the section is checked at its commit, when it
        # holds streams that this verb waits for.
        rows = Section.objects.select_for_update(no_key=True)
        fresh = rows.filter(pk=section.pk).first()
        if fresh is None:
            raise WrongState(_("The section no longer exists."))
        if fresh.name == name:
            return fresh
        fresh.name = name
        fresh.save(update_fields=["name"])
        for article in newest_locked(Article.objects.public().filter(section=fresh), LIMIT):
            # A new version number, because pages ignore an item whose version they know. Nothing is
            # recorded, and edited_version stays, because no editor has changed the article.
            article.version += 1
            article.save(update_fields=["version"])
            settle_entry(article)
            publish_event(article, "article.updated")
            if article.is_live:
                publish_key_events(article, "post.updated")
            tell_breaking(article, "article.updated", was=article.breaking)
    return fresh
