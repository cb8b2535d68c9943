"""Embed codes in the forms in which the providers give them out; the words are ours."""

import pytest

from stoppress.newsroom.body.body import read

X = """<blockquote class="twitter-tweet" data-lang="en"><p lang="en" dir="ltr">All 5 lanes are open.
<a href="https://t.co/x1">https://t.co/x1</a></p>&mdash; Town (@town)
<a href="https://twitter.com/town/status/12?ref_src=twsrc%5Etfw">May 5, 2026</a></blockquote>
<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>"""
BLUESKY = """<blockquote class="bluesky-embed"
data-bluesky-uri="at://did:plc:abc/app.bsky.feed.post/3k" data-bluesky-cid="bafy1"
data-bluesky-embed-color-mode="system"><p lang="en">All 5 lanes.<br><br>
<a href="https://bsky.app/profile/did:plc:abc/post/3k?ref_src=embed">[image or embed]</a></p>&mdash;
Town (<a href="https://bsky.app/profile/did:plc:abc?ref_src=embed">@town.example</a>)
<a href="https://bsky.app/profile/did:plc:abc/post/3k?ref_src=embed">May 5, 2026</a></blockquote>
<script async src="https://embed.bsky.app/static/embed.js" charset="utf-8"></script>"""
INSTAGRAM = """<blockquote class="instagram-media" data-instgrm-captioned
data-instgrm-permalink="https://www.instagram.com/p/Ab_1/?utm_source=ig_embed&amp;utm_campaign=x"
data-instgrm-version="14" style=" background:#FFF; border:0; width:99.375%;">
<div style="padding:16px;"> <a href="https://www.instagram.com/p/Ab_1/?utm_source=ig_embed"
style=" background:#FFFFFF; line-height:0;" target="_blank"> <div style=" display: flex;">
<div style="height: 40px;"></div></div><div style="padding: 19% 0;"></div>
<svg width="50px" viewBox="0 0 60 60"><g stroke="none"><path d="M556 1"></path></g></svg>
<div style=" font-weight:550;">View this post on Instagram</div></a>
<p style=" color:#c9c8cd;"><a href="https://www.instagram.com/p/Ab_1/?utm_source=ig_embed"
style=" font-weight:normal;" target="_blank">A post shared by Town (@town)</a></p></div>
</blockquote> <script async src="//www.instagram.com/embed.js"></script>"""
MASTODON = """<blockquote class="mastodon-embed"
data-embed-url="https://toot.example/@town/112/embed" style="background: #FCF8FF; margin: 0;">
<a href="https://toot.example/@town/112" target="_blank" style="display: flex; color: #1C1A25;">
<svg width="32" viewBox="0 0 79 75"><path d="M63 4"/></svg>
<div style="color: #787588;">Post by @town@toot.example</div>
<div style="font-weight: 500;">View on Mastodon</div> </a> </blockquote>
<script data-allowed-prefixes="https://toot.example/" async src="https://toot.example/embed.js"></script>"""
MASTODON_FRAME = """<iframe src="https://toot.example/@town/112/embed" class="mastodon-embed"
style="max-width: 100%; border: 0" width="400" allowfullscreen="allowfullscreen"></iframe>
<script src="https://toot.example/embed.js" async="async"></script>"""
VIMEO = """<div style="padding:56.25% 0 0 0;position:relative;"><iframe
src="https://player.vimeo.com/video/12?badge=0&amp;autopause=0&amp;app_id=58479" frameborder="0"
allow="autoplay; fullscreen; picture-in-picture" style="position:absolute;width:100%;"
title="The pier"></iframe></div><script src="https://player.vimeo.com/api/player.js"></script>"""


def embed(provider: str, url: str, title: str = "", ratio: str = "") -> list:
    return ["embed", {"provider": provider, "url": url, "title": title, "ratio": ratio}]


TWEET = "https://x.com/town/status/12"
SKEET = "https://bsky.app/profile/did:plc:abc/post/3k"


@pytest.mark.parametrize("body_format", ["html", "markdown"])
@pytest.mark.parametrize(
    ("code", "made"),
    [
        (
            X,
            [
                [
                    "blockquote",
                    [
                        "p",
                        "All 5 lanes are open.\n",
                        ["a", {"href": "https://t.co/x1"}, "https://t.co/x1"],
                    ],
                    ["p", "— Town (@town)\n", ["a", {"href": TWEET}, "May 5, 2026"]],
                ],
                embed("x", TWEET, ratio="1:1"),
            ],
        ),
        (
            BLUESKY,
            [
                [
                    "blockquote",
                    [
                        "p",
                        "All 5 lanes.",
                        ["br"],
                        ["br"],
                        "\n",
                        ["a", {"href": SKEET}, "[image or embed]"],
                    ],
                    [
                        "p",
                        "—\nTown (",
                        [
                            "a",
                            {"href": "https://bsky.app/profile/did:plc:abc?ref_src=embed"},
                            "@town.example",
                        ],
                        ")\n",
                        ["a", {"href": SKEET}, "May 5, 2026"],
                    ],
                ],
                embed("bluesky", SKEET),
            ],
        ),
        (
            INSTAGRAM,
            [
                embed(
                    "instagram",
                    "https://www.instagram.com/p/Ab_1/",
                    "View this post on Instagram · A post shared by Town (@town)",
                    "4:5",
                )
            ],
        ),
        (
            MASTODON,
            [
                embed(
                    "mastodon",
                    "https://toot.example/@town/112",
                    "Post by @town@toot.example · View on Mastodon",
                )
            ],
        ),
        (MASTODON_FRAME, [embed("mastodon", "https://toot.example/@town/112")]),
        (VIMEO, [embed("vimeo", "https://vimeo.com/12", "The pier", "16:9")]),
    ],
    ids=["X", "Bluesky", "Instagram", "Mastodon", "Mastodon's frame", "Vimeo"],
)
def test_an_embed_code_keeps_its_words_and_needs_no_warning(
    code: str, made: list, body_format: str
) -> None:
    body = read(f"5 words\n\n{code}\n", body_format)
    assert body.tree[1:] == made
    assert body.warnings == ()


@pytest.mark.parametrize(
    "code",
    [
        X.replace("https://twitter.com/", "https://x.example/"),
        X.replace("twitter.com/town/status/12", "bsky.app/profile/town.example/post/3k"),
        X.replace("twitter-tweet", "tweet"),
    ],
)
def test_a_quotation_of_no_known_post_is_a_quotation(code: str) -> None:
    tree = read(code, "html").tree
    assert [node[0] for node in tree] == ["blockquote"]


@pytest.mark.parametrize("around", ["<table><tr><th>{}</th></tr><tr><td>x</td></tr></table>"])
def test_in_a_table_the_post_is_a_link(around: str) -> None:
    tree = read(around.format(X), "html").tree
    assert f"['p', ['a', {{'href': '{TWEET}'}}, '{TWEET}']]" in str(tree)


@pytest.mark.parametrize(
    "script",
    [
        "<script src=https://e.example/widgets.js></script>",
        "<script src=https://platform.twitter.com/widgets.js>let words</script>",
        "<script>let words</script>",
        "<script src=https://toot.example/embed.js></script>",
    ],
)
def test_any_other_script_is_named(script: str) -> None:
    assert read(f"<p>x</p>{script}", "html").warnings == ("A <script> was left out.",)


def test_a_drawing_with_words_within_an_embed_code_is_named() -> None:
    code = MASTODON.replace('<path d="M63 4"/>', "<text>5 words</text>")
    assert read(code, "html").warnings == ("A drawing (SVG) was left out: “5 words”.",)


def test_a_link_before_the_words_of_a_quotation_keeps_its_place_as_words() -> None:
    post = "https://instagram.com/p/Abc/"
    code = f"""<blockquote class=instagram-media data-instgrm-permalink={post}>
        <p><a href={post}>View this</a></p><p>All 5 lanes</p><p><a href={post}>By Town</a></p>
        </blockquote>"""
    assert read(code, "html").tree == [
        ["blockquote", ["p", "View this"], ["p", "All 5 lanes"]],
        embed("instagram", "https://www.instagram.com/p/Abc/", "By Town", "4:5"),
    ]
