"""Rename a section."""

from django.db.models import F

from stoppress import live
from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.streams import LIMIT

from .article_row import announce
from .errors import WrongState
from .fields import checked_section_name


def rename_section(section: Section, name: str) -> Section:
    """Give a section another name, and let the articles on its page and the front page say it.

    Older articles, which are on neither page, say it the next time they are opened or changed.

    Raises:
        InvalidField: the name is empty or too long.
        WrongState: the section is no longer there.
    """
    name = checked_section_name(name)
    with live.atomic():
        fresh = Section.objects.select_for_update().filter(pk=section.pk).first()
        if fresh is None:
            raise WrongState("The section is no longer there.")
        if fresh.name == name:
            return fresh
        fresh.name = name
        fresh.save(update_fields=["name"])
        shown = Article.objects.public().filter(section=fresh).select_for_update(of=("self",))
        for article in shown.select_related("section").order_by(F("order").desc())[:LIMIT]:
            # A new version, or pages would take the item for one they know; but no revision, no new
            # version_created and no edited_version: nothing was done that an editor could undo.
            article.version += 1
            article.save(update_fields=["version"])
            announce(article, "article.updated")
    return fresh
