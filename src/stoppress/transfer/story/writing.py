"""Write a public story into a ZIP file, as a folder that a browser can open from the disk."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from stoppress import __version__, live
from stoppress.live.clock import database_time
from stoppress.live.rendering.locale import Locale
from stoppress.live.rendering.markup import markup
from stoppress.newsroom.context import site_name
from stoppress.newsroom.direction import direction
from stoppress.newsroom.language import site_language
from stoppress.newsroom.models import Article, Picture
from stoppress.newsroom.payloads import description, direction_of, story_item, wire_time
from stoppress.newsroom.pictures import storing
from stoppress.newsroom.post_payloads import (
    coverage_item,
    key_item,
    post_item,
    retraction_item,
)
from stoppress.newsroom.public_versions import with_versions
from stoppress.transfer.format import Tell

from .assets import assets
from .facts import facts_of_post, facts_of_story
from .relinking import Links

FORMAT, VERSION = "stoppress-story", 1
STYLE = "newsroom/paper.css"
# The place of the posts in the rendered page. They are written one by one.
POSTS = "<!-- posts -->"
AT_ONCE = 50


class NoStory(Exception):
    """The story cannot be exported. The message says why."""


def write_story(path: Path, pk: int, tell: Tell) -> str:
    """Write a story as readers see it at this moment; return a sentence about what was written.

    Args:
        path: the file, which is overwritten.

    Raises:
        NoStory: the article is not public, or is a post.
        NotStored: the storage of the pictures does not answer.
    """
    with live.reading(), Locale.of_the_site().active():
        story = _story(pk)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as folder:
            writing = _Writing(folder, story, tell)
            writing.write()
    return writing.told()


def _story(pk: int) -> Article:
    stories = Article.objects.public().select_related("section", "image", "parent")
    found = stories.filter(pk=pk).first()
    if found is None:
        was = Article.objects.filter(pk=pk, first_published__isnull=False).exists()
        raise NoStory(f"Article {pk} {'was withdrawn' if was else 'is not public'}.")
    if found.is_post:
        raise NoStory(f"{pk} is a post. Export its story: --story {found.parent_id}")
    return found


class _Writing:
    def __init__(self, folder: zipfile.ZipFile, story: Article, tell: Tell) -> None:
        self._folder, self._story, self._tell = folder, story, tell
        self._files: dict[str, str] = {}  # names in the storage, by names in the folder
        self._links = Links(
            self._places(), self._pictures(), getattr(settings, "STOPPRESS_URL", "")
        )
        self._missing = 0
        self._posts = 0

    def write(self) -> None:
        made = database_time()
        page = self._page(made)
        before, after = page.split(POSTS, 1)
        with self._folder.open("index.html", "w", force_zip64=True) as out:
            out.write(before.encode())
            for post in self._told_posts():
                out.write(self._post(post).encode())
                self._posts += 1
                self._tell(f"{self._posts} posts")
            out.write(after.encode())
        with self._folder.open("index.json", "w", force_zip64=True) as out:
            for part in self._facts(wire_time(made)):
                out.write(part.encode())
        for name, content in assets(STYLE):
            self._folder.writestr(f"assets/{name}", content)
        for number, name in enumerate(self._links.used, 1):
            self._tell(f"{number} picture files")
            try:
                self._folder.writestr(name, storing.read(self._files[name]), zipfile.ZIP_STORED)
            except FileNotFoundError:
                self._missing += 1

    def told(self) -> str:
        story = self._story
        goes_on = story.is_live and story.coverage != Article.Coverage.CLOSED
        parts = [f"“{story.headline}”"]
        parts += [f"posts: {self._posts}"] if story.is_live else []
        parts += [f"picture files: {len(self._links.used) - self._missing}"]
        told = f"{', '.join(parts)}."
        if goes_on:
            told += " The story goes on: the file has its state at the start of this command."
        if self._missing:
            told += f" Picture files missing from the storage: {self._missing}."
        return told

    def _page(self, made: Any) -> str:
        story, base = self._story, getattr(settings, "STOPPRESS_URL", "").rstrip("/")
        keys = self._posts_of(Article.objects.public().filter(key_event=True))
        context = {
            "story": story,
            "title": story.headline,
            "description": description(story),
            "direction": direction_of(story),
            "site_name": site_name(),
            "language": get_language() or settings.LANGUAGE_CODE,
            "site_language": site_language(),
            "site_direction": direction(site_language(), ""),
            "made": wire_time(made),
            "style": f"assets/{STYLE}",
            "base": base,
            "address": f"{base}{story.get_absolute_url()}" if base else "",
            "article": self._html(story_item(story)),
            "coverage": self._html(coverage_item(story)) if story.is_live else "",
            "keys": [
                self._html(key_item(story.keys_stream, key))
                for key in keys.select_related("parent").order_by("-occurred", "-place")
            ],
            "posts": SafeString(POSTS) if story.is_live else "",
        }
        page = render_to_string("transfer/story.html", context)
        return page if story.is_live else f"{page}{POSTS}"

    def _post(self, post: Article) -> str:
        item = retraction_item(post) if post.is_retracted else post_item(post)
        return self._html(item, id=f"post-{post.pk}")

    def _html(self, item: dict[str, Any], **attributes: str) -> str:
        # The style sheet shows only elements with a key.
        return markup(self._links.relinked(item["view"]), data_key=item["key"], **attributes)

    def _facts(self, made: str) -> Iterator[str]:
        """Yield the parts of `index.json`."""
        head = {
            "format": FORMAT,
            "version": VERSION,
            "made": made,
            "software": __version__,
            "site": site_name(),
            "story": facts_of_story(self._story),
            "pictures": self._names_of_pictures(),
        }
        yield f"{json.dumps(head, ensure_ascii=False)[:-1]}, " + '"posts": ['
        for number, post in enumerate(self._told_posts()):
            yield (",\n" if number else "\n") + json.dumps(facts_of_post(post), ensure_ascii=False)
        yield "]}\n"

    def _told_posts(self) -> Iterator[Article]:
        if self._story.is_live:
            told = with_versions(self._posts_of(Article.objects.told_in_story()))
            yield from told.order_by("-order").iterator(chunk_size=AT_ONCE)

    def _posts_of(self, posts: "QuerySet[Article]") -> "QuerySet[Article]":
        return posts.filter(parent=self._story)

    def _places(self) -> dict[str, str]:
        """Return the places of the story and its posts on the page, by their addresses."""
        told = self._posts_of(Article.objects.told_in_story()).only("kind", "parent")
        places = {post.get_absolute_url(): f"#post-{post.pk}" for post in told}
        return places | {self._story.get_absolute_url(): "#news"}

    def _pictures(self) -> dict[str, str]:
        """Return the names of the picture files in the folder, by their addresses."""
        shown = [
            self._story.pk,
            *self._posts_of(Article.objects.public()).values_list("pk", flat=True),
        ]
        names: dict[str, str] = {}
        for picture in Picture.objects.public().filter(uses__article__in=shown).distinct():
            for each in picture.renditions:
                name = f"pictures/{picture.pk}-{each['width']}.{each['format']}"
                names[picture.address(each)] = name
                self._files[name] = picture.file_name(each)
        return names

    def _names_of_pictures(self) -> dict[str, str]:
        """Return the used files in the folder, by the addresses in the facts."""
        return {
            address: name for address, name in self._links.named.items() if name in self._links.used
        }
