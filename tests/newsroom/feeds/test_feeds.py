"""The content of feeds: articles and posts, corrections, retractions."""

from datetime import timedelta

import pytest

from stoppress.newsroom.models import Article, Person, Topic
from stoppress.newsroom.publishing import (
    correct_article,
    restore_article,
    retract_article,
    update_article,
    withdraw_version,
)
from tests.newsroom.desk import NINE, draft, live_story, post, public, section
from tests.newsroom.pictures.made import picture

from .asked import FORMATS, NAMES, answer, atom, attributes, json_feed, rss, said, words

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SITE = "http://testserver"


@pytest.fixture
def story() -> Article:
    """An article with everything that a feed can say."""
    Topic.objects.create(slug="ems", name="The Ems")
    Person.objects.create(slug="mara", name="Mara Voss")
    return public(
        "Ferry & bridge <shut>",
        at=NINE,
        summary="Nobody crosses < the Ems.",
        body="It *is* shut. See [the map](/map?a=1&b=2) or [below](#below).\n\nhttps://youtu.be/abc",
        located="Kettlewick",
        section=section(),
        topics=["ems"],
        authors=["mara"],
        byline="By Mara Voss",
        image=picture(caption="Waves.").pk,
        source="Harbour Wire",
        original_url="https://wire.example/1",
        copyright_notice="© Harbour Wire",
        language="en-GB",
    )


def text_of(story: Article) -> str:
    image = story.image
    assert image is not None
    file = image.address(image.renditions[-1])
    return (
        "<p><strong>Nobody crosses &lt; the Ems.</strong></p>"
        f'<figure><img src="{SITE}{file}" alt="A storm" width="1280" height="853" loading="lazy"'
        ' decoding="async"><figcaption><p>Waves.</p><p>Ann Ray</p></figcaption></figure>'
        f'<p>Kettlewick — It <em>is</em> shut. See <a href="{SITE}/map?a=1&amp;b=2">the map</a> or'
        f' <a href="{SITE}/articles/{story.pk}/#below">below</a>.</p>'
        '<p><a href="https://www.youtube.com/watch?v=abc">https://www.youtube.com/watch?v=abc</a></p>'
        '<p>Harbour Wire <a href="https://wire.example/1">Read the original</a></p>'
        "<p>© Harbour Wire</p>"
    )


def test_rss_has_every_field_of_an_article(story):
    [item] = rss()
    assert said(item, "title") == ["Ferry & bridge <shut>"]
    assert said(item, "link") == [f"{SITE}/articles/{story.pk}/"]
    assert said(item, "description") == ["Nobody crosses &lt; the Ems."]
    assert said(item, "guid") == [story.uri]
    assert attributes(item, "guid") == [{"isPermaLink": "false"}]
    assert said(item, "pubDate") == ["Sun, 22 Nov 2026 09:00:00 +0000"]
    assert said(item, "a:updated") == [story.version_created.isoformat()]
    assert said(item, "dc:creator") == ["Mara Voss"]
    assert said(item, "dc:language") == ["en-GB"]
    assert said(item, "dc:rights") == ["© Harbour Wire"]
    assert said(item, "category") == ["World", "The Ems"]
    domains = [each["domain"] for each in attributes(item, "category")]
    assert domains == [f"{SITE}/section/", f"{SITE}/topic/"]
    assert said(item, "content:encoded") == [text_of(story)]
    file = f"{SITE}{story.image.address(story.image.renditions[-1])}"
    size = str(story.image.renditions[-1]["bytes"])
    [enclosure] = attributes(item, "enclosure")
    assert enclosure == {"url": file, "length": size, "type": "image/jpeg"}
    [media] = attributes(item, "media:content")
    assert (media["url"], media["width"], media["height"]) == (file, "1280", "853")
    assert said(item, "media:content/media:description") == ["A storm"]
    assert said(item, "media:content/media:credit") == ["Ann Ray"]


def test_atom_has_every_field_of_an_article(story):
    feed = atom()
    assert said(feed, "a:title") == ["Stop Press"]
    assert said(feed, "a:id") == [f"{SITE}/feeds/atom.xml"]
    assert said(feed, "a:updated") == [story.version_created.isoformat()]
    [entry] = feed.findall("a:entry", {"a": "http://www.w3.org/2005/Atom"})
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"
    assert said(entry, "a:id") == [story.uri]
    assert said(entry, "a:title") == ["Ferry & bridge <shut>"]
    assert said(entry, "a:published") == ["2026-11-22T09:00:00+00:00"]
    assert said(entry, "a:summary") == ["Nobody crosses &lt; the Ems."]
    assert said(entry, "a:content") == [text_of(story)]
    assert said(entry, "a:rights") == ["© Harbour Wire"]
    assert said(entry, "a:author/a:name") == ["Mara Voss"]
    assert said(entry, "a:author/a:uri") == [f"{SITE}/author/mara/"]
    assert attributes(entry, "a:category") == [
        {"term": "world", "scheme": f"{SITE}/section/", "label": "World"},
        {"term": "ems", "scheme": f"{SITE}/topic/", "label": "The Ems"},
    ]
    links = {each["rel"]: each["href"] for each in attributes(entry, "a:link")}
    assert links == {
        "alternate": f"{SITE}/articles/{story.pk}/",
        "enclosure": f"{SITE}{story.image.address(story.image.renditions[-1])}",
        "via": "https://wire.example/1",
    }


def test_json_feed_has_every_field_of_an_article(story):
    feed = json_feed()
    [item] = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Stop Press",
        "home_page_url": f"{SITE}/",
        "feed_url": f"{SITE}/feeds/feed.json",
        "description": "The latest from Stop Press.",
        "authors": [{"name": "Stop Press"}],
        "language": "en",
    }
    file = story.image.renditions[-1]
    address = f"{SITE}{story.image.address(file)}"
    attached = {"url": address, "mime_type": "image/jpeg", "title": "A storm"}
    changed = story.version_created.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert item == {
        "id": story.uri,
        "url": f"{SITE}/articles/{story.pk}/",
        "title": "Ferry & bridge <shut>",
        "summary": "Nobody crosses < the Ems.",
        "content_html": text_of(story),
        "date_published": "2026-11-22T09:00:00.000Z",
        "date_modified": changed,
        "language": "en-GB",
        "authors": [{"name": "Mara Voss", "url": f"{SITE}/author/mara/"}],
        "tags": ["World", "The Ems"],
        "external_url": "https://wire.example/1",
        "image": address,
        "attachments": [attached | {"size_in_bytes": file["bytes"]}],
    }


def test_an_article_without_authors_has_its_byline_and_without_a_summary_its_opening():
    public(byline="By our own staff", body="It is open.\n\nAt last.")
    [item] = json_feed()["items"]
    assert item["authors"] == [{"name": "By our own staff"}]
    assert item["summary"] == "It is open. At last."


def test_a_correction_is_before_the_text_and_raises_the_time_of_the_change():
    article = public(body="It is shut.", at=NINE)
    article = correct_article(article, "It is open.", {"body": "It is open."})
    [item] = json_feed()["items"]
    assert item["date_published"] == "2026-11-22T09:00:00.000Z"
    when = article.version_created.isoformat(timespec="milliseconds")
    assert item["date_modified"] == when.replace("+00:00", "Z")
    label, _, rest = item["content_html"].partition("</strong>")
    assert label.startswith("<p><strong>Correction, ")
    assert label.endswith(" UTC:")
    assert rest == " It is open.</p><p>It is open.</p>"


def test_a_machines_text_is_labelled():
    public(body="It is open.", source_type="translated")
    [item] = json_feed()["items"]
    label = "<p><em>Translated by a machine, not reviewed</em></p>"
    assert item["content_html"] == f"{label}<p>It is open.</p>"


def test_a_retracted_article_is_a_tombstone_in_atom_and_its_note_in_rss_and_json(story):
    gone = retract_article(story, "It was <never> shut.")
    when = gone.version_created
    [item] = rss()
    assert said(item, "guid") == [story.uri]
    assert said(item, "title") == ["Withdrawn"]
    assert said(item, "description") == ["It was &lt;never&gt; shut."]
    assert said(item, "content:encoded") == ["<p>It was &lt;never&gt; shut.</p>"]
    assert said(item, "a:updated") == [when.isoformat()]
    feed = atom()
    assert said(feed, "a:entry") == []
    [tombstone] = attributes(feed, "at:deleted-entry")
    assert (tombstone["ref"], tombstone["when"]) == (story.uri, when.isoformat())
    assert said(feed, "at:deleted-entry/at:comment") == ["It was <never> shut."]
    [item] = json_feed()["items"]
    assert (item["id"], item["title"]) == (story.uri, "Withdrawn")
    assert item["content_html"] == "<p>It was &lt;never&gt; shut.</p>"
    for of in ("/", "/section/world/", "/topic/ems/", "/author/mara/"):
        for format in FORMATS:
            left = words(f"{of}feeds/{format}")
            assert "Ferry" not in left
            assert "crosses" not in left
            assert "Ann Ray" not in left
    restore_article(gone)
    assert [said(each, "title") for each in rss()] == [["Ferry & bridge <shut>"]]


def test_a_feed_has_only_articles_that_were_public():
    draft("A draft")
    opened = public("Public")
    retract_article(public("Gone"), "No.")
    withheld = Article.objects.filter(pk=public("Embargoed").pk)
    withheld.update(embargoed_until=NINE + timedelta(days=365_000))
    assert [each["title"] for each in json_feed()["items"]] == ["Withdrawn", opened.headline]


def test_a_feed_has_the_newest_thirty_by_publication_also_if_others_are_pinned():
    for n in range(31):
        public(f"Story {n}", at=NINE + n * MINUTE, pinned=n == 5)
    titles = [each["title"] for each in json_feed()["items"]]
    assert titles == [f"Story {n}" for n in range(30, 0, -1)]


@pytest.mark.parametrize("text", ["word " * 39_000, "& " * 19_000, "漢" * 64_000])
def test_a_text_too_long_for_the_feed_is_only_on_its_page(text):
    for n in range(6):
        public(f"Story {n}", at=NINE + n * MINUTE, body=text, summary="Short.")
    items = json_feed()["items"]
    assert [len(each["content_html"]) > 10_000 for each in items] == [True] * 4 + [False] * 2
    link = f'<p><a href="{items[-1]["url"]}">Read on</a></p>'
    assert items[-1]["content_html"] == f"<p>Short.</p>{link}"
    for format in FORMATS:
        assert len(answer(f"/feeds/{format}").content) < 2**20


def test_a_section_a_topic_and_an_author_have_feeds_of_their_own(story):
    public("Elsewhere", section=section("town"))
    for of, name in (("/section/world/", "World"), ("/topic/ems/", "The Ems")):
        feed = json_feed(of)
        assert feed["title"] == f"{name} – Stop Press"
        assert feed["home_page_url"] == f"{SITE}{of}"
        assert [each["id"] for each in feed["items"]] == [story.uri]
    assert [each["id"] for each in json_feed("/author/mara/")["items"]] == [story.uri]
    assert len(json_feed()["items"]) == 2


def test_a_live_storys_feed_has_its_posts():
    story = live_story("Storm", summary="Trees fall.")
    tree = post(story, "A tree fell", at=NINE, body="On the *road*.")
    bare = post(story, "", at=NINE + MINUTE, body="The road is open again.")
    gone = post(story, "Wrong", at=NINE + 2 * MINUTE)
    retract_article(gone, "No tree.")
    post_draft = post(story, "Late", at=NINE + 3 * MINUTE)
    update_article(post_draft, {"body": "It rains."})
    feed = json_feed(f"/articles/{story.pk}/")
    assert (feed["title"], feed["description"]) == ("Storm – Stop Press", "Trees fall.")
    said = [(each["id"], each["title"], each["content_html"]) for each in feed["items"]]
    assert said == [
        (post_draft.uri, "Late", "<p>It rains.</p>"),
        (gone.uri, "Withdrawn", "<p>No tree.</p>"),
        (bare.uri, "The road is open again.", "<p>The road is open again.</p>"),
        (tree.uri, "A tree fell", "<p>On the <em>road</em>.</p>"),
    ]
    assert feed["items"][-1]["url"] == f"{SITE}/articles/{story.pk}/posts/{tree.pk}/"


def test_each_post_of_a_retracted_live_story_has_the_storys_note():
    story = live_story("Storm", summary="Trees fall.")
    kept, gone = post(story, "A tree fell", at=NINE), post(story, "Wrong", at=NINE + MINUTE)
    retract_article(gone, "No tree.")
    story = retract_article(story, "There was no storm.")
    feed = json_feed(f"/articles/{story.pk}/")
    assert (feed["title"], feed["description"]) == ("Withdrawn", "There was no storm.")
    note = "<p>There was no storm.</p>"
    said = [(each["id"], each["title"], each["content_html"]) for each in feed["items"]]
    assert said == [(gone.uri, "Withdrawn", note), (kept.uri, "Withdrawn", note)]
    ghosts = attributes(atom(f"/articles/{story.pk}/"), "at:deleted-entry")
    assert {each["when"] for each in ghosts} == {story.version_created.isoformat()}
    restore_article(story)
    titles = [each["title"] for each in json_feed(f"/articles/{story.pk}/")["items"]]
    assert titles == ["Withdrawn", "A tree fell"]


def test_a_note_that_was_withdrawn_too_leaves_that_it_was_withdrawn_and_is_a_change():
    gone = retract_article(public(), "A libel.")
    gone = update_article(gone, {"body": "The desk's work on it is no change."})
    [before] = attributes(atom(), "at:deleted-entry")
    assert before["when"] < gone.version_created.isoformat()
    withdraw_version(gone, gone.version - 1, note="A libel.")
    assert [each["content_html"] for each in json_feed()["items"]] == ["<p>Withdrawn</p>"]
    assert said(atom(), "at:deleted-entry/at:comment") == ["Withdrawn"]
    [after] = attributes(atom(), "at:deleted-entry")
    assert after["when"] > before["when"]
    corrected = correct_article(public(), "Another libel.", {"body": "It is open."})
    before = json_feed()["items"][0]
    corrected = update_article(corrected, {"body": "It is still open."})
    withdraw_version(corrected, 3, note="A libel.")
    after = json_feed()["items"][0]
    assert "libel" in before["content_html"] and "libel" not in after["content_html"]
    assert after["date_modified"] > timestamp(corrected)


def test_a_retraction_note_has_its_language_and_a_standard_note_the_sites():
    story = live_story("Sturm", language="de")
    post(story, "A tree fell", language="en")
    story = retract_article(story, "Falsch.")
    address = f"/articles/{story.pk}/"
    for of in ("/", address):
        assert said(rss(of)[0], "dc:language") == ["de"]
        assert json_feed(of)["items"][0]["language"] == "de"
    assert json_feed(address)["language"] == "de"
    story = update_article(story, {"body": "Wind."})
    withdraw_version(story, story.version - 1, note="A libel.")
    for of in ("/", address):
        feed = json_feed(of)
        assert (feed["language"], feed["items"][0]["language"]) == ("en", "en")
        [ghost] = atom(of).findall("at:deleted-entry", NAMES)
        assert ghost.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_posts_of_a_restored_story_are_newer_than_their_tombstones():
    story = live_story("Storm")
    kept, gone = post(story, "A tree fell", at=NINE), post(story, "Wrong", at=NINE + MINUTE)
    retract_article(gone, "No tree.")
    address = f"/articles/{story.pk}/"
    times = [feed_times(address)]
    story = retract_article(story, "There was no storm.")
    times.append(feed_times(address))
    story = update_article(story, {"body": "Wind."})
    story = withdraw_version(story, story.version - 1, note="A libel.")
    times.append(feed_times(address))
    restore_article(story)
    times.append(feed_times(address))
    assert list(times[-1]) == ["feed", gone.uri, kept.uri]
    for name in times[-1]:
        dates = [each[name] for each in times]
        assert dates == sorted(set(dates)), name


def timestamp(article: Article) -> str:
    return article.version_created.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def feed_times(of: str) -> dict[str, str]:
    """Return the times of a feed and of each entry, by its name."""
    [whole] = said(atom(of), "a:updated")
    items = json_feed(of)["items"]
    return {"feed": whole} | {each["id"]: each["date_modified"] for each in items}


def test_a_character_that_xml_forbids_breaks_no_feed():
    article = public("Bridge", body="Open.")
    rows = Article.objects.filter(pk=article.pk)
    rows.update(headline="Br\x0bidge\ufffe", body_tree=[["p", "Op\x01en\x0c"]], language="e\x07n")
    [item] = rss()
    assert said(item, "title") == ["Br\ufffdidge\ufffd"]
    assert said(item, "content:encoded") == ["<p>Op\ufffden\ufffd</p>"]
    assert len(atom().findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert json_feed()["items"][0]["title"] == "Br\ufffdidge\ufffd"


def test_a_name_that_is_no_iri_is_replaced_by_the_address():
    article = public(uri="bridge-1")
    assert [each["id"] for each in json_feed()["items"]] == [f"{SITE}/articles/{article.pk}/"]
