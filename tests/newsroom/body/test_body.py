import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoppress.newsroom.body.body import MAX_CHARS, TooCostly, html, tree
from stoppress.newsroom.body.elements import ATTRIBUTES, ELEMENTS, VOID
from stoppress.newsroom.body.providers import NAMES, RATIOS, known
from tests.effort import no_more_cpu_than

TAGS = """
<p> </p> <em> </em> <b> </b> <ul> <ol> <li> </li> </ul> </ol> <table> <tr> <td> </table> <pre>
</pre> <blockquote> </blockquote> <code> </code> <h1> </h1> <h4> <div> </div> <figure> </figure>
<hr> <br> <figcaption> </figcaption> <svg> </svg> <math> <mtext> <script>alert(1)</script>
<sup> </sup> <sub> </sub> <s> </s> <del> </del> <caption> <thead> <tbody> </tr> <th> </td> <q>
</q> <tfoot> <rt> <picture> <noscript> </noscript> </iframe> <video> </video> <object> <embed>
<source> <menu> <select> <style> <iframe> <template> <form> <input> <button> <p <!-- --> <?x
<![CDATA[ ]]> &lt; &amp;lt; &#0; &#x1F600; &#13; &nbsp; * _ ** ` [ ]( ) # >
"""
MARKUP = [
    *TAGS.split(),
    '<a href="javascript:alert(1)">',
    '<a href="jAvA&#x09;script:x">',
    '<a href="https://example.org/?a=1&b=2" onclick=x>',
    "</a>",
    '<img src="/a.png" width=10 height=-1 onerror=x>',
    '<img src="data:text/html,x" srcset="x">',
    '<img data-src="/late.jpg" srcset="/a.jpg 1x, javascript:x 2x">',
    '<iframe src="https://example.org/f" title="A film">',
    '<a href="tel:+47">',
    '<iframe src="https://www.youtube.com/embed/abc?start=5" width=480 height=360 title="A film">',
    "<p>https://youtu.be/abc</p>",
    "\n\n[A *film*](https://vimeo.com/12)\n\n",
    "\n\nhttps://toot.example/@town/112\n\n",
    '<a href="https://x.com/town/status/12">',
    '<blockquote class="twitter-tweet">',
    '<blockquote class="instagram-media" data-instgrm-permalink="https://instagram.com/p/Abc/">',
    '<news-embed data-url="https://www.youtube.com/shorts/abc" data-ratio="1:1" data-title="x">',
    "</news-embed>",
    '<th scope="col" colspan="9999" rowspan="0">',
    '<ol start="-3" reversed>',
    '<ol start="17" type="a">',
    '<li value="5">',
    '<span style="font-weight:700;vertical-align:super;text-decoration:line-through">',
    '<b style="font-weight:normal">',
    "<name withheld>",
    "~~",
    "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n",
    "17. ",
    "[a](javascript:x)",
    "![a](/b.png)",
    "\n\n",
    "\n",
    "    ",
    "- ",
    "1. ",
    "> ",
    "word ",
    "\x0b",
    "\u2028",
]
TEXTS = st.lists(st.one_of(st.sampled_from(MARKUP), st.text(max_size=5)), max_size=40).map("".join)
FORMATS = st.sampled_from(["markdown", "html"])


# What a picture is written with besides.
HOW_LOADED = {"loading", "decoding", "data-unsized"}


class Reader(HTMLParser):
    """Reads HTML back as a tree, and objects to whatever is not closed as it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[list] = [["root"]]

    def handle_starttag(self, tag, attrs):
        said = {name: value for name, value in attrs if name not in HOW_LOADED}
        node = [tag, said] if said else [tag]
        self.open[-1].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.open[-1].append(data)

    def handle_comment(self, data):
        raise AssertionError("a comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


def as_html_has_it(nodes: list) -> list:
    """Return nodes with an element of HTML for each embed."""
    made = []
    for node in nodes:
        if not isinstance(node, list):
            made.append(node)
        elif node[0] == "embed":
            made += parsed(html([node]))
        else:
            made.append([node[0], *as_html_has_it(node[1:])])
    return made


def parsed(text: str) -> list:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0][1:]


def depth(node: object) -> int:
    return 1 + max(map(depth, node[1:]), default=0) if isinstance(node, list) else 0


INLINE = {"a", "em", "strong", "code", "s", "sup", "sub", "br", "img"}
IN_TABLE = {
    **dict.fromkeys(["thead", "tbody"], {"table"}),
    "tr": {"thead", "tbody"},
    **dict.fromkeys(["td", "th"], {"tr"}),
}
NESTED = {"blockquote", "ul", "ol", "li", "figure", "sup", "sub", "table", "tr", "td"}


def check_embed(children: list, parent: str) -> None:
    (attributes,) = children
    assert list(attributes) == ["provider", "url", "title", "ratio"]
    found = known(attributes["url"])
    assert found is not None
    assert attributes["provider"] == found.provider and found.provider in NAMES
    assert attributes["url"] == found.url
    assert (attributes["ratio"] in RATIOS) == bool(found.frame)
    assert parent in {"root", "li", "blockquote", "figure"}


def check(node: list, parent: str) -> None:
    """Hold a node to what an HTML parser leaves where it stands."""
    name, *children = node
    if name == "embed":
        check_embed(children, parent)
        return
    assert name in ELEMENTS
    attributes = children.pop(0) if children and isinstance(children[0], dict) else {}
    assert set(attributes) <= set(ATTRIBUTES.get(name, ()))
    for key, schemes in (("href", ("mailto:", "tel:")), ("src", ())):
        address = attributes.get(key)
        if address is not None:
            known = ("http:", "https:", *schemes)
            assert ":" not in address.split("/")[0] or address.lower().startswith(known)
            assert not any(ord(sign) <= 32 for sign in address)
    inline = name in INLINE
    if parent in {"p", "h2", "h3", "pre", *INLINE}:
        assert inline
    if parent in {"root", "blockquote"}:
        assert not inline
    for child, parents in IN_TABLE.items():
        assert (name == child) <= (parent in parents)
    if parent in {"table", "thead", "tbody", "tr"}:
        assert name in IN_TABLE
    assert (name == "li") == (parent in {"ul", "ol"})
    assert name != "figcaption" or parent == "figure"
    for child in children:
        if isinstance(child, str):
            assert child
            assert name not in {"root", "ul", "ol", "blockquote", "figure"} | {"table", "tr"}
            assert "\r" not in child
            assert "\x0b" not in child
        else:
            assert child[0] != name or name in NESTED
            check(child, name)


@pytest.mark.slow("it makes up 300 bodies")
@given(TEXTS, FORMATS)
@settings(max_examples=300, deadline=None)
def test_a_parser_reads_the_same_tree_from_the_written_html(text, body_format):
    made = tree(text, body_format)
    assert parsed(html(made)) == as_html_has_it(made)
    for node in made:
        assert isinstance(node, list)
        check(node, "root")
        assert depth(node) <= 50
    assert json.loads(json.dumps(made)) == made


@given(TEXTS)
@settings(deadline=None)
def test_a_tree_made_from_its_own_html_is_the_same_again(text):
    made = tree(text, "html")
    assert tree(html(made), "html") == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("A *b* **c** `d`", [["p", "A ", ["em", "b"], " ", ["strong", "c"], " ", ["code", "d"]]]),
        ("# One\n\n#### Four", [["h2", "One"], ["h3", "Four"]]),
        ("- one\n- two\n  1. x", [["ul", ["li", "one"], ["li", "two", ["ol", ["li", "x"]]]]]),
        ("> quoted\n\n---", [["blockquote", ["p", "quoted"]], ["hr"]]),
        ("```\nx < y\n```", [["pre", ["code", "x < y\n"]]]),
        ("[a](/b 'title')", [["p", ["a", {"href": "/b"}, "a"]]]),
        ("![alt](/b.png)", [["p", ["img", {"src": "/b.png", "alt": "alt"}]]]),
        ("hard  \nbreak", [["p", "hard", ["br"], "\nbreak"]]),
        ("some <b>HTML</b><script>x</script>", [["p", "some ", ["strong", "HTML"]]]),
        ("", []),
    ],
)
def test_markdown_becomes_a_tree(text, made):
    assert tree(text) == made


@pytest.mark.parametrize("body_format", ["markdown", "html"])
@pytest.mark.parametrize(
    "address",
    ["javascript:x", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x", "file:///etc", "sms:1"],
)
def test_an_address_of_another_scheme_leaves_its_text(address, body_format):
    text = f"[text]({address})" if body_format == "markdown" else f'<a href="{address}">text</a>'
    made = tree(text, body_format)
    assert "href" not in json.dumps(made)
    assert "text" in json.dumps(made)


def test_protocol_relative_and_relative_addresses_stay():
    made = tree('<a href="//example.org/a b">x</a> <a href="#end">y</a>', "html")
    assert made == [
        ["p", ["a", {"href": "//example.org/a%20b"}, "x"], " ", ["a", {"href": "#end"}, "y"]]
    ]


# What is read, however odd …
ODD = {
    "quotes": ("html", "<blockquote>" * 1_000 + "x"),
    "lists": ("html", "<ul><li>" * 900 + "x"),
    "lists without items": ("html", "<ul>" * 1_000 + "x"),
    "tables": ("html", "<table><tr><td>" * 700 + "x"),
    "inlines over paragraphs": ("html", "<em><a href=/x><p>x" * 500),
    "paragraphs": ("html", "<p>x" * 50_000),
    "items": ("markdown", "* a\n" * 40_000),
    "quoted quotes": ("markdown", ">" * MAX_CHARS),
    "spaced stars": ("markdown", "*a " * 50_000),
    "brackets": ("markdown", "[" * 50_000),
    "images": ("markdown", "![" * 25_000),
    "references": ("markdown", "[a]: /x\n" + "[a]" * 24_000),
    "a huge link": ("markdown", f"[a](http://example.org/{'y' * 190_000})"),
    "a wide table": ("markdown", "|a" * 400 + "|\n" + "|-" * 400 + "|\n" + "|x|\n" * 80),
    "cells of no table": ("html", "<b>" + "<tr><td>x" * 15_000),
    "rows": ("html", "<table>" + "<tr><td colspan=99999999>x<td>y" * 6_000),
    "raised": ("html", "<sup>" * 1_000 + "x"),
    "brackets that are no tags": ("markdown", "<x y>" * 40_000),
    "comments never ended": ("markdown", "<!--\n\n" * 8_000),
    "styles": ("html", '<span style="' + "text-decoration:" * 12_000 + '">x</span>'),
    "sources": ("html", "<picture>" + "<source srcset=a>" * 5_000 + "<img src>" * 5_000),
    "a countdown": ("html", "<ol reversed>" + "<li>x" * 10_000),
    "sources of a script": ("html", "<script" + " src=//a" * 20_000 + "></script>"),
    "posts in posts": (
        "html",
        '<blockquote class="twitter-tweet">' * 40
        + '<a href="https://x.com/a/status/1">x</a> ' * 4_000
        + "</blockquote>" * 40,
    ),
    "links to one post": (
        "html",
        '<blockquote class="twitter-tweet">'
        + '<p><a href="https://x.com/a/status/1">x</a>' * 3_000
        + "</blockquote>",
    ),
    "ticks": ("markdown", "".join("`" * n + " " for n in range(1, 300))),
}
# … and what is refused before any parser or any lock sees it.
HOSTILE = {
    "divisions": ("html", "<div>" * 39_999),
    "divisions in Markdown": ("markdown", "<div>" * 39_998 + "</div>"),
    "quotes": ("html", "<blockquote>" * 16_000),
    "lists": ("html", "<ul><li>" * 24_000),
    "closed in vain": ("html", "<div></b></i>" * 15_000),
    "rows of a picture": ("html", "<svg>" + "<tr>" * 40_000),
    "opened again in each paragraph": (
        "html",
        "".join(f"<b id={n}>" for n in range(300)) + "<p>x" * 40_000,
    ),
    "stars": ("markdown", "*" * 100_000),
    "brackets": ("markdown", "[" * MAX_CHARS),
    "cells": ("markdown", "|a|b|\n|-|-|\n" + "|1|2|\n" * 30_000),
    "images": ("markdown", "![" * 100_000),
    "a reference that grows": ("markdown", f"[a]: /{'x' * 100_000}\n\n" + "[a]" * 20_000),
    "too long": ("markdown", "x" * (MAX_CHARS + 1)),
}


@pytest.mark.slow("it reads hundreds of kilobytes")
@pytest.mark.parametrize(("body_format", "text"), ODD.values(), ids=ODD)
def test_odd_text_ends_in_a_shallow_tree(body_format, text):
    made = tree(text, body_format)
    assert max(map(depth, made), default=0) <= 50
    assert parsed(html(made)) == as_html_has_it(made)


@pytest.mark.parametrize(("body_format", "text"), HOSTILE.values(), ids=HOSTILE)
def test_text_that_would_take_too_long_is_refused_at_once(body_format, text):
    with no_more_cpu_than(1), pytest.raises(TooCostly):
        tree(text, body_format)


@pytest.mark.slow("it reads the longest bodies")
@pytest.mark.parametrize(
    ("body_format", "part"),
    [
        ("markdown", "Word *em* **strong** and [a link](https://example.org/).\n\n"),
        ("markdown", "- an item\n- [another](/x)\n\n> quoted\n\n"),
        ("html", "<div><section><p>Word <b>bold</b> <a href='/x'>link</a></p></section></div>"),
        ("html", "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"),
    ],
)
def test_an_article_of_ordinary_text_may_be_as_long_as_a_body_can_be(body_format, part):
    assert tree((part * (MAX_CHARS // len(part))), body_format)


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="rst"):
        tree("x", "rst")


def test_html_escapes_texts_and_attributes():
    made = html([["p", "<b>&", ["a", {"href": '/"><script>'}, "'"]]])
    assert made == '<p>&lt;b&gt;&amp;<a href="/&quot;&gt;&lt;script&gt;">&#x27;</a></p>'


def test_html_of_a_foreign_tree_omits_elements_outside_the_closed_set():
    made = html([["script", {"src": "/x"}, "text"], ["p", {"onclick": "x"}, ["img", "child"]]])
    assert made == 'text<p><img loading="lazy" decoding="async" data-unsized></p>'
