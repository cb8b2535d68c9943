"""A paper with something of everything, made by the newsroom's verbs; and what is seen of one."""

import hashlib
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Person, Picture, Topic
from stoppress.newsroom.pictures.encoded import Encoded, Rendition
from stoppress.newsroom.publishing import (
    add_note,
    add_picture,
    correct_article,
    create_article,
    discard_draft,
    move_post,
    restore_article,
    retract_article,
    set_coverage,
    submit_article,
    update_article,
    withdraw_version,
)
from tests.newsroom.desk import draft, live_story, post, public, section

MAGIC = {"webp": b"RIFF\0\0\0\0WEBP", "jpg": b"\xff\xd8\xff"}
# What a paper is made of, in an order in which its rows can be deleted.
TABLES = (
    *("newsroom_searchentry", "newsroom_contributor", "newsroom_note", "newsroom_version"),
    *("newsroom_pictureuse", "newsroom_article_topics", "newsroom_article_authors"),
    *("newsroom_article", "newsroom_picture", "newsroom_person", "newsroom_topic"),
    *("newsroom_section", "newsroom_auditentry", "stoppress_live_loggedevent"),
    "stoppress_live_streamhead",
)


def picture(words: str = "storm", **fields: object) -> Picture:
    """Add a picture whose files begin as real ones do."""
    renditions = [
        Rendition(width, height, format, MAGIC[format] + f"{words} {width}".encode())
        for width, height in ((640, 427), (1280, 853))
        for format in ("webp", "jpg")
    ]
    digest = hashlib.sha256(words.encode()).hexdigest()
    return add_picture(Encoded(digest, 1280, 853, renditions), {"alt": words, **fields})


def varied() -> None:
    """Make a paper: each kind of article in each state, each act, and what they name."""
    ann = get_user_model().objects.create_user("ann", password="correct horse", first_name="Ann")
    world, town = section("world"), section("town", "The Town")
    Person.objects.create(slug="ann-ray", name="Ann Ray", user=ann)
    Person.objects.create(slug="bo", name="Bo")
    Topic.objects.create(slug="bridges", name="Bridges")
    lead, inside = picture("lead", credit="Ann Ray"), picture("inside", caption="The bridge")
    picture("unused")
    names = {"topics": ["bridges"], "authors": ["ann-ray"], "byline": "By Ann Ray"}
    one = public(
        "Bridge opens",
        **{"section": world, "image": lead, "summary": "At last.", "urgency": 2, **names},
        body=f"The *bridge* opened.\n\n![A view]({inside.reference})\n\nIt is <b>long</b>.",
        top_until=timezone.now() + timedelta(days=2),
        ed_note="Ask the mayor.",
        slugline="bridge",
        external_id="b-1",
    )
    one = update_article(one, {"body": "It was wrong-libel."}, by="ann")
    one = correct_article(one, "The bridge is short.", {"body": "It is short."}, by="ann")
    withdraw_version(one, [one.version - 1], note="A libel.")
    add_note(one, "Call them again.", by="ann")
    public(
        "مرحبا", language="ar", section=town, source_type="machine", original_url="https://x.org"
    )
    public("Breaking", urgency=1, pinned=True)
    retract_article(public("Gone", body="secret-of-the-retracted"), "It was never so.")
    restore_article(retract_article(public("Back"), "Wrong."))
    create_article({"headline": "Draft", "body": "words-of-a-draft"}, creator=ann)
    submit_article(draft("Submitted"))
    discard_draft(draft("Discarded"), note="Old.")
    draft("Scheduled", publish_at=timezone.now() + timedelta(days=3))
    storm = live_story("Storm", section=town, quiet_hours=5, body="What we know.", **names)
    other = live_story("Other storm")
    first = post(storm, "A tree fell", key_event=True, authors=["bo"], body="In **Elm Street**.")
    correct_article(first, "An oak.", {"headline": "An oak fell"})
    retract_article(post(storm, "Wrong post"), "No such tree.")
    post(storm, "", body=f"![A view]({inside.reference})", pinned=True)
    move_post(post(storm, "Moved"), other)
    create_article({"headline": "Draft of a post"}, parent=storm)
    set_coverage(storm, "closed")


def shown() -> dict[str, Any]:
    """Return what readers get of a paper: the items of all streams, and its pages' texts."""
    names = ["news", "breaking", "keys", "wire", "section:world", "section:town", "topic:bridges"]
    names += ["author:ann-ray"]
    pages = ["/", "/section/world/", "/search/?q=bridge", "/archive/"]
    for article in Article.objects.without_posts().filter(first_published__isnull=False):
        names += [article.stream, *(article.streams_of_posts if article.is_live else ())]
    for article in Article.objects.order_by("pk"):
        pages.append(article.get_absolute_url())
    for each in Picture.objects.order_by("pk"):
        pages += [each.address(rendition) for rendition in each.renditions]
    client = Client()
    seen: dict[str, Any] = {name: live.snapshot(name).items for name in names}
    for page in pages:
        answer = client.get(page)
        seen[page] = answer.status_code, without_cursors(answer.content)
    return seen


def without_cursors(page: bytes) -> bytes:
    """Return a page without the places in the log, which begins anew."""
    parts = page.split(b'cursor="')
    return parts[0] + b"".join(part.split(b'"', 1)[1] for part in parts[1:])


def emptied() -> None:
    """Delete the whole paper, below all that forbids it."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
    get_user_model().objects.all().delete()


def rows(archive: Path) -> dict[str, list[Any]]:
    """Return the rows of an archive by the names of its files."""
    with zipfile.ZipFile(archive) as opened:
        return {
            name: [json.loads(line) for line in opened.read(name).splitlines()]
            for name in opened.namelist()
            if name.endswith(".jsonl")
        }


def rewritten(archive: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """Write an archive anew with other files, whose digests the manifest then names.

    Args:
        changes: the content of files by their names; None leaves one out.
    """
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    for name, content in changes.items():
        files.pop(name, None)
        if content is not None:
            files[name] = content
        if name in manifest["files"] and content is not None:
            manifest["files"][name] = {
                "rows": content.count(b"\n"),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
    files.setdefault("manifest.json", json.dumps(manifest).encode())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return target


def stored() -> set[str]:
    """Return the names of all files of pictures in the storage."""
    folders = default_storage.listdir("pictures")[0] if default_storage.exists("pictures") else []
    return {
        f"{folder}/{name}"
        for folder in folders
        for name in default_storage.listdir(f"pictures/{folder}")[1]
    }
