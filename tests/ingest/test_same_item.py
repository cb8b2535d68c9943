"""Which items of two polls are the same, from the document to the articles."""

import pytest

from stoppress.ingest.edition import edition
from stoppress.ingest.intake import take_in
from stoppress.ingest.models import Source
from stoppress.ingest.parse import parse
from stoppress.newsroom.models import Article

pytestmark = pytest.mark.django_db

NINE, NOON = "Mon, 05 Jan 2026 09:00:00 GMT", "Mon, 05 Jan 2026 12:00:00 GMT"
NEXT_DAY = "Tue, 06 Jan 2026 09:00:00 GMT"
C4E = "https://broadcaster.example/news/articles/c4e"
FIRST, SECOND, THIRD = "Storm nears coast", "Storm hits coast", "Storm passes"


@pytest.fixture
def source() -> Source:
    return Source.objects.create(url="https://wire.example/feed", title="The Wire")


def item(title: str, guid: str = "", link: str = "", date: str = "") -> str:
    return f"""<item><title>{title}</title><description>{title} today.</description>
        {f'<guid isPermaLink="false">{guid}</guid>' if guid else ""}
        {f"<link>{link}</link>" if link else ""}
        {f"<pubDate>{date}</pubDate>" if date else ""}</item>"""


def look(source: Source, *items: str) -> list[str]:
    """Poll a feed with these items; return the headlines of all articles, the oldest first."""
    body = f'<rss version="2.0"><channel><title>W</title>{"".join(items)}</channel></rss>'
    take_in(source, edition(parse(body.encode())))
    return list(Article.objects.order_by("pk").values_list("headline", flat=True))


@pytest.mark.parametrize(
    ("guids", "links"),
    [
        ([f"{C4E}#{n}" for n in range(3)], [f"{C4E}?at_medium=RSS"] * 3),
        ([f"{C4E}?v={n}" for n in range(3)], [C4E] * 3),
        ([C4E, f"{C4E}/2", f"{C4E}/3"], [C4E] * 3),
        ([f"c4e_{n}" for n in range(3)], [C4E] * 3),
        ([f"c4e ({n})" for n in range(3)], [C4E] * 3),
        ([f"urn:b:17-rev{n}" for n in range(3)], [C4E] * 3),
        ([f"urn:newsml:b:20260105:17:{n}U" for n in range(3)], [C4E] * 3),
        ([f"https://{host}.example/?p=17" for host in ("old", "staging", "b")], [C4E] * 3),
        ([f"{C4E}#{n}" for n in range(3)], [f"{C4E}#{n}" for n in range(3)]),
        ([f"{C4E}#{n}" for n in range(3)], [f"{C4E}?utm_campaign={n}" for n in range(3)]),
        (["", "", ""], [f"{C4E}?utm_campaign={n}&amp;sid=1{n}" for n in range(3)]),
        (["", "", ""], [C4E.replace("//", f"//{front}") for front in ("www.", "m.", "amp.")]),
        ([C4E.replace("//", f"//{front}") for front in ("", "www.", "m.")], ["", "", ""]),
        ([C4E, C4E.replace("https", "http"), C4E], ["", "", ""]),
        ([C4E.replace("//", f"//cdn{n}.") for n in range(3)], [C4E] * 3),
        (["", "", ""], [f"https://t.example/r?n={n}&amp;url={C4E}" for n in range(3)]),
    ],
)
def test_an_edit_under_another_name_is_the_same_article(
    source: Source, guids: list[str], links: list[str]
) -> None:
    assert look(source, item(FIRST, guids[0], links[0], NINE)) == [FIRST]
    assert look(source, item(SECOND, guids[1], links[1], NINE)) == [SECOND]
    assert look(source, item(THIRD, guids[2], links[2], NOON)) == [THIRD]


@pytest.mark.parametrize(
    ("guids", "link"),
    [
        (["1", "2", "3"], "https://wire.example/"),
        (["wire-1", "wire-2", "wire-3"], "https://wire.example/"),
        (["wire-1", "wire-2", "wire-3"], "https://wire.example/news"),
        (["https://wire.example/#1", "https://wire.example/#2", "https://wire.example/#3"], ""),
        (["https://f.example/?t=1", "https://f.example/?t=2", "https://f.example/?t=3"], ""),
        (["https://f.example/t#post-1", "https://f.example/t#post-2", ""], "https://f.example/t"),
    ],
)
def test_another_story_is_another_article_though_it_is_alone_in_its_document(
    source: Source, guids: list[str], link: str
) -> None:
    look(source, item(FIRST, guids[0], link, NINE))
    assert look(source, item(SECOND, guids[1], link, NOON)) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("first", "second", "link"),
    [
        ("a9f", "k2x", "https://f.example/"),
        ("briefing-2026-01-05", "briefing-2026-01-06", "https://f.example/briefing"),
        ("crossword-101", "crossword-102", "https://f.example/crossword"),
        ("mag-edition-1", "mag-edition-2", "https://f.example/mag"),
        ("https://f.example/podcast/1", "https://f.example/podcast/2", "https://f.example/podcast"),
        ("live#1", "live#2", "https://f.example/live"),
        ("https://f.example/x?source=bbc", "https://f.example/x?source=cnn", ""),
        ("https://f.example/x?uid=a1", "https://f.example/x?uid=a2", "https://f.example/x"),
        ("https://f.example/a.php?sid=1", "https://f.example/a.php?sid=2", ""),
        ("https://f.example/go?url=https://y.example/a&amp;id=1", "https://y.example/a", ""),
        ("https://f.example/comments?url=https://y.example/a", "https://y.example/a", ""),
    ],
)
def test_the_next_of_a_series_is_another_article(
    source: Source, first: str, second: str, link: str
) -> None:
    look(source, item(FIRST, first, link, NINE))
    assert look(source, item(SECOND, second, link, NEXT_DAY)) == [FIRST, SECOND]


@pytest.mark.parametrize("ids", ["crossword-{}", "https://f.example/live#{}", "live/{}"])
def test_items_whose_page_is_a_bare_word_are_separate_articles(source: Source, ids: str) -> None:
    link = "https://f.example/" + ("crossword" if "cross" in ids else "live")
    look(source, item(FIRST, ids.format(1), link, NINE))
    assert look(source, item(SECOND, ids.format(2), link, NOON)) == [FIRST, SECOND]


def test_a_source_parameter_makes_another_article(source: Source) -> None:
    first, second = (f"https://f.example/x?source={name}" for name in ("bbc", "cnn"))
    look(source, item(FIRST, first, first, NINE))
    assert look(source, item(SECOND, second, second, NOON)) == [FIRST, SECOND]


def test_a_headline_or_date_alone_identifies_nothing_at_the_front_page(source: Source) -> None:
    home = "https://f.example/"
    look(source, item(FIRST, "a9f", home, NINE))
    assert look(source, item(SECOND, "k2x", home, NINE)) == [FIRST, SECOND]
    assert look(source, item(SECOND, "m3y", home)) == [FIRST, SECOND, SECOND]


def test_a_doubtful_parameter_makes_no_other_article_if_the_headline_is_equal(
    source: Source,
) -> None:
    look(source, item(FIRST, f"{C4E}?ref=rss", "", NINE))
    assert look(source, item(FIRST, f"{C4E}?ref=feed", "", NEXT_DAY)) == [FIRST]


def test_posts_of_a_live_story_stay_apart_while_they_slide_through(source: Source) -> None:
    posts = [item(f"Post {n}", f"{C4E}#{n}", f"{C4E}#{n}", "") for n in range(6)]
    look(source, *posts[:3])
    look(source, *posts[1:4])
    assert look(source, *posts[2:6]) == [f"Post {n}" for n in (2, 1, 0, 3, 5, 4)]


def test_stories_without_a_guid_at_one_link_stay_apart(source: Source) -> None:
    home = "https://wire.example/"
    look(source, item(FIRST, link=home, date=NINE), item(SECOND, link=home, date=NOON))
    late = item(THIRD, link=home, date="Mon, 05 Jan 2026 15:00:00 GMT")
    assert sorted(look(source, late)) == sorted([FIRST, SECOND, THIRD])


def test_edits_of_a_page_that_a_document_has_side_by_side_are_one_article(source: Source) -> None:
    first, second, third = (
        item(title, f"{C4E}#{n}", C4E, NINE) for n, title in enumerate((FIRST, SECOND, THIRD))
    )
    assert look(source, first) == [FIRST]
    assert look(source, second, first) == [SECOND]
    assert look(source, third, second) == [THIRD]
    assert look(source, third, second) == [THIRD]


@pytest.mark.parametrize(
    "addresses",
    [
        (f"{C4E}?utm_source=a", f"{C4E}?utm_source=b"),
        (C4E, C4E.replace("https:", "http:")),
        (f"{C4E}#xtor=RSS-1", f"{C4E}?ref=rss"),
    ],
)
@pytest.mark.parametrize("called", ["guid", "link"])
def test_entries_repeated_under_one_address_are_one_article(
    source: Source, addresses: tuple[str, str], called: str
) -> None:
    one, other = (item(FIRST, **{called: each}, date=NINE) for each in addresses)
    for items in [(one, other), (other, one), (other,)]:
        assert look(source, *items) == [FIRST]


def test_two_versions_of_an_atom_entry_are_one_article(source: Source) -> None:
    entries = "".join(
        f"""<entry><id>tag:x,2026:v</id><title>{title}</title><updated>{date}</updated>
            <summary>{title}.</summary></entry>"""
        for title, date in [("Old", "2026-01-05T09:00:00Z"), ("New", "2026-01-06T09:00:00Z")]
    )
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{entries}</feed>'
    for _ in range(2):
        take_in(source, edition(parse(body.encode())))
        assert [article.headline for article in Article.objects.all()] == ["New"]


@pytest.mark.slow("it reads a long feed")
@pytest.mark.timeout(300)
@pytest.mark.backend("sqlite")  # the database does not matter
def test_the_newest_of_a_long_feed_come_in_though_it_begins_with_the_oldest(source: Source) -> None:
    items = [
        item(f"Item {n}", f"g{n}", date=f"{1 + n // 24:02} Jan 2026 {n % 24:02}:00:00 GMT")
        for n in range(511)
    ]
    told = look(source, *items[:510])
    assert len(told) == 500
    assert {"Item 10", "Item 509"} <= set(told)
    assert look(source, *items)[500:] == ["Item 510"]
