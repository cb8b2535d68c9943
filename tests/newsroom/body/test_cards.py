import pytest

from stoppress.newsroom.body.body import html, read
from stoppress.newsroom.body.cards import card, with_links

WATCH = "https://www.youtube.com/watch?v=abc"


def video(title: str = "", ratio: str = "16:9", url: str = WATCH) -> list:
    return ["embed", {"provider": "youtube", "url": url, "title": title, "ratio": ratio}]


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("https://youtu.be/abc?si=x", video()),
        ("<https://youtu.be/abc>", video()),
        ("[embed]https://youtu.be/abc[/embed]", video()),
        ("[youtu.be/abc](https://youtu.be/abc)", video()),
        ("[The *pier* & the **bridge**](https://youtu.be/abc 'x')", video("The pier & the bridge")),
        (
            "[Pier](https://www.youtube.com/shorts/abc)",
            video("Pier", "9:16", "https://www.youtube.com/shorts/abc"),
        ),
        (
            "<iframe src='https://www.youtube.com/embed/abc?si=x' width=480 height=360"
            " title='YouTube video player'></iframe>",
            video("", "4:3"),
        ),
        (
            "<iframe src=https://www.youtube-nocookie.com/embed/abc width='100%' title='The  pier'>"
            "</iframe>",
            video("The pier"),
        ),
        ("<object data=https://www.youtube.com/v/abc></object>", video()),
        ("<amp-youtube data-videoid=abc width=1 height=1></amp-youtube>", video()),
        (
            "<lite-youtube videoid=abc playlabel='Play: Pier'></lite-youtube>",
            video("Play: Pier"),
        ),
        ("<oembed url='https://youtu.be/abc'></oembed>", video()),
        ("<p><iframe src=//www.youtube.com/embed/abc></iframe></p>", video()),
    ],
)
def test_a_known_address_alone_in_a_paragraph_or_an_embed_code_is_an_embed(
    written: str, node: list
) -> None:
    body = read(f"5 words\n\n{written}\n\n6 words")
    assert body.tree == [["p", "5 words"], node, ["p", "6 words"]]
    assert [said for said in body.warnings if "title of a link" not in said] == []


def test_a_linked_picture_of_the_provider_becomes_the_video_with_a_warning() -> None:
    body = read(f"[![The *pier*](https://i.ytimg.com/vi/abc/0.jpg)]({WATCH})")
    assert body.tree == [video("The pier")]
    assert body.warnings == (
        f"The picture in the link “{WATCH}” was left out: the video itself is shown.",
    )


def test_a_link_does_not_take_the_start_of_a_frame_before_it() -> None:
    frame = "<iframe src='https://www.youtube.com/embed/abc?start=90' width=480 height=360>"
    body = read(f"{frame}</iframe>\n\n[The whole talk]({WATCH})")
    assert body.tree == [video("", "4:3", f"{WATCH}&t=90"), video("The whole talk")]


@pytest.mark.parametrize(
    "written",
    [
        "See https://youtu.be/abc",
        "[Pier](https://youtu.be/abc) and more",
        "[CO~~2~~](https://youtu.be/abc)",
        "[![Pier](/p.jpg)](https://youtu.be/abc)",
        "## [Pier](https://youtu.be/abc)",
        "- https://youtu.be/abc\n- [Pier](https://youtu.be/def)",
        "| a |\n|---|\n| https://youtu.be/abc |",
        "~~[Pier](https://youtu.be/abc)~~",
        f"[{'word ' * 70}](https://youtu.be/abc)",
        "https://youtu.be:8080/abc",
        "https://e.example/watch?v=abc",
        "`https://youtu.be/abc`",
        "    https://youtu.be/abc",
    ],
)
def test_other_links_stay_links(written: str) -> None:
    body = read(written)
    assert "embed" not in str(body.tree)
    assert body.warnings == ()


@pytest.mark.parametrize(
    ("written", "around"),
    [
        ("> https://youtu.be/abc", lambda node: ["blockquote", node]),
        ("- One\n\n  https://youtu.be/abc", lambda node: ["ul", ["li", ["p", "One"], node]]),
        (
            "<figure><iframe src=https://www.youtube.com/embed/abc></iframe>"
            "<figcaption>Pier</figcaption></figure>",
            lambda node: ["figure", node, ["figcaption", "Pier"]],
        ),
        (
            "<table><tr><td><h2>Pier</h2><figure>https://youtu.be/abc</figure></td></tr></table>",
            None,
        ),
    ],
)
def test_an_embed_is_allowed_where_blocks_are(written: str, around) -> None:
    body = read(written)
    wanted = [around(video())] if around else [["h2", "Pier"], ["figure", video()]]
    assert body.tree == wanted
    assert body.warnings == ()


def test_a_card_is_a_link_with_its_provider_and_where_its_frame_is() -> None:
    assert html([video('A "film"', "4:3", f"{WATCH}&t=5")]) == (
        '<news-embed class="embed" data-provider="youtube"'
        ' data-url="https://www.youtube.com/watch?v=abc&amp;t=5" data-name="YouTube"'
        ' data-title="A &quot;film&quot;" data-ratio="4:3"'
        ' data-frame="https://www.youtube-nocookie.com/embed/abc?start=5">'
        '<span class="embed-provider">YouTube</span>'
        ' <a href="https://www.youtube.com/watch?v=abc&amp;t=5">A &quot;film&quot;</a></news-embed>'
    )


def test_a_card_without_a_title_shows_its_address_and_one_without_a_frame_has_none() -> None:
    made = html(read("https://bsky.app/profile/town.example/post/3k?x=1").tree)
    assert made == (
        '<news-embed class="embed" data-provider="bluesky"'
        ' data-url="https://bsky.app/profile/town.example/post/3k" data-name="Bluesky">'
        '<span class="embed-provider">Bluesky</span> '
        '<a href="https://bsky.app/profile/town.example/post/3k">'
        "bsky.app/profile/town.example/post/3k</a></news-embed>"
    )


@pytest.mark.parametrize(
    "attributes",
    [
        {"provider": "youtube", "url": "javascript:alert(1)"},
        {"provider": "x", "url": WATCH},
        {"provider": "other", "url": "https://e.example/"},
        {},
    ],
)
def test_a_foreign_tree_makes_no_card(attributes: dict[str, str]) -> None:
    assert card(attributes) == ""


def test_a_foreign_ratio_is_the_provider_s() -> None:
    assert 'data-ratio="16:9"' in card(video(ratio='1"x')[1])


def test_text_added_to_a_card_gets_a_warning() -> None:
    made = f"<news-embed data-url={WATCH} data-title=Pier>YouTube Pier</news-embed>"
    assert read(made, "html").warnings == ()
    body = read(made.replace("Pier<", "Pier, 5 words<"), "html")
    assert body.tree == [video("Pier")]
    assert body.warnings == (
        "Text for browsers that cannot show this was left out: “YouTube Pier, 5 words”.",
    )


def test_links_can_replace_embeds() -> None:
    tree = [["blockquote", ["p", "x"], video("Pier")], video(), ["hr"]]
    assert with_links(tree) == [
        ["blockquote", ["p", "x"], ["p", ["a", {"href": WATCH}, "Pier"]]],
        ["p", ["a", {"href": WATCH}, WATCH]],
        ["hr"],
    ]
