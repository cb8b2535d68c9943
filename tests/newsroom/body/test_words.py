"""No word or figure of a body is lost, unless a warning names it or the element around it.

500 bodies of each kind; `STOPPRESS_BODIES=10000 pytest tests/newsroom/body/test_words.py
--timeout 0` tries so many.
"""

import json
import os
import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stoppress.newsroom.body.body import TooCostly, read

BODIES = int(os.environ.get("STOPPRESS_BODIES", "500"))
FEWER = BODIES if "STOPPRESS_BODIES" in os.environ else 100  # where each takes longer
WORD = re.compile(r"w[0-9]+w")

# A word stands between any two of these. Of such a body nothing is lost, …
TAGS = """
<p> </p> <b> </b> <em> </em> <s> </s> <sup> </sup> <sub> </sub> <h1> </h1> <h4> <pre> </pre>
<ul> </ul> <ol> </ol> <li> <blockquote> </blockquote> <div> </div> <table> </table> <tr> <td> <th>
<caption> <tfoot> <figure> </figure> <figcaption> </figcaption> <dl> <dt> <dd> <details> <summary>
<q> </q> <br> <hr> <x-y> <code> </code>
<font> <span> </span> <u> <ins> <del> </del> <ruby> <rt> </ruby>
<canvas> <a> </a> <picture> </picture> <label> <form> </form> <fieldset> <legend> <menu>
"""
# The words of an embed are its title, or the quotation before it. Its address is none of them.
EMBEDS = [
    '<iframe src="https://www.youtube.com/embed/abc?t=5" width=480 height=360></iframe>',
    "<p>https://youtu.be/abc</p>",
    "<p>[embed]https://vimeo.com/12[/embed]</p>",
    '<p><a href="https://youtu.be/abc">',
    "</a></p>",
    '<blockquote class="twitter-tweet"><p>',
    '<a href="https://x.com/town/status/12?s=20">',
    '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:a/app.bsky.feed.post/3">',
    '<blockquote class="instagram-media" data-instgrm-permalink="https://instagram.com/p/Abc/">'
    '<a href="https://instagram.com/p/Abc/?x=1">',
    '</a></blockquote><script async src="https://platform.twitter.com/widgets.js"></script>',
    '<script src="//www.instagram.com/embed.js"></script>',
    '<amp-twitter data-tweetid="12">',
    "</amp-twitter>",
]
KEPT = [
    *TAGS.split(),
    '<a href="/x">',
    '<span style="vertical-align:super;font-weight:700">',
    "<ol reversed start=9>",
    "<li value=4>",
    '<img src="/x" alt="">',
    '<iframe src="/f"></iframe>',
    '<video src="/v"></video>',
    *EMBEDS,
    "\n",
    " < ",
    " & ",
]
# … and what these do to it is the body's to say.
CODE = """
<button> </button> <select> <option> </select> <textarea> </textarea> <svg> </svg> <math> </math>
<iframe> </iframe> <noscript> </noscript> <video> </video> <object> </object> <style>
<script> </script> <title> </title> <template> </template> <unknown> <p </> </3 <! <? <!-- <xmp>
</xmp>
"""
LEFT_OUT = [*CODE.split(), '<a href="/x>', "<i class='y>", '<b title="z">']
MARKS = """
* _ ** ~~ `x` # | [ ] ( ) ! < > <b> </b> <s> </s> <sup> </sup> <name <redacted> </p> <div> </div>
<table> <td> <br> \\ & &lt; +
"""
MARKDOWN = [
    *MARKS.split(),
    "\n\n",
    "\n",
    "  \n",
    "\n\n- ",
    "\n\n17. ",
    "\n\n3) ",
    "\n\n> ",
    "\n\n# ",
    "\n\n    ",
    "\n\n[",
    "]: ",
    "](/x) ",
    "\n---\n",
    " | ",
    "\n|---|---|\n",
    "\n\n| a | b |\n|---|---|\n| ",
    " <!-- ",
    "<name withheld>",
    "<https://x.example>",
    "\n\n1. ",
    "\n\nhttps://youtu.be/abc\n\n",
    "\n\n[",
    "](https://youtu.be/abc)\n\n",
    "](https://x.com/town/status/12) ",
    *(f"\n\n{code}\n\n" for code in EMBEDS),
]


def bodies(pieces: list[str]) -> st.SearchStrategy[str]:
    def written(chosen: list[str]) -> str:
        said = (f"{piece}w{place}w" for place, piece in enumerate(chosen))
        return "".join(said)

    return st.lists(st.sampled_from(pieces), max_size=25).map(written)


def texts(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, list):
        if node[0] == "embed":
            return [node[1]["title"]]
        children = [child for child in node[1:] if not isinstance(child, dict)]
        return [text for child in children for text in texts(child)]
    return []


# What a sentence names, and how that begins and ends in a text. All else is a word of its own.
_ELEMENTS = {
    "A drawing (SVG)": "svg",
    "A formula (MathML)": "math",
    "A form’s button": "button",
    "A form’s list to choose from": "select",
    "A form’s field": "textarea",
    "Text for browsers without scripts": "noscript",
    "Text for browsers that cannot show this": "(?:iframe|video|object)",
    "A frame without": "iframe",
    "A video without": "video",
    "An embedded object without": "object",
}
_NAMED = re.compile(r"<([a-z]+)> was left out")
_QUOTED = re.compile(r"“(.*?)(…?)”", re.DOTALL)


def is_named(word: str, text: str, warning: str) -> bool:
    """Return whether a sentence names a word, or what it stood in as far as it was not ended."""
    if word in warning:
        return True
    before = text[: text.index(word)]
    if never_ended := re.match(r"Everything after <([a-z]+)> was left out", warning):
        tags = re.findall(rf"<(/?){never_ended[1]}(?=[\s/>])", before)
        # The end of a template may be within a tag that is never closed.
        return tags.count("") > tags.count("/") or (never_ended[1] == "template" and bool(tags))
    said = next((name for begun, name in _ELEMENTS.items() if warning.startswith(begun)), "")
    if said or (named := _NAMED.search(warning)):
        name = said or named[1]
        tags = re.findall(rf"<(/?){name}(?=[\s/>])", before)
        if tags and (tags[-1] == "" or tags.count("") > tags.count("/")):
            return True
    if warning.startswith("A comment is never closed"):
        return "<!--" in before
    # What is quoted in part goes on to its end; it may be cut in the midst of the word.
    begun = _QUOTED.search(warning)
    if not begun or not begun[2]:
        return False
    whole = WORD.search(begun[1])
    first = whole[0] if whole else begun[1].split()[0]
    return (first.rstrip("w0123456789") or first) in before


def hold(text: str, body_format: str) -> None:
    try:
        body = read(text, body_format)
    except TooCostly:
        return
    shown = [word for node in body.tree for text in texts(node) for word in WORD.findall(text)]
    wanted = WORD.findall(text)
    assert len(shown) == len(set(shown))
    # What is in an address of Markdown is not to be read.
    kept = json.dumps(body.tree) if body_format == "markdown" else ""
    missing = [word for word in wanted if word not in shown and word not in kept]
    if not body.warnings or not body.warnings[-1].startswith("And "):
        unnamed = [w for w in missing if not any(is_named(w, text, said) for said in body.warnings)]
        assert unnamed == [], body.warnings
    if not body.warnings:
        moved = [word for word in wanted if word in shown]
        assert sorted(shown) == sorted(moved)
        if "<t" not in text and "<c" not in text and "<h" not in text:  # parts of tables move
            assert shown == moved


every = settings(max_examples=BODIES, deadline=None, suppress_health_check=list(HealthCheck))


@given(bodies(KEPT))
@every
def test_no_word_between_common_tags_is_lost(text: str) -> None:
    assert read(text, "html").warnings == ()
    hold(text, "html")


@given(bodies(KEPT + LEFT_OUT))
@example("<video>w0w<p>w1w<svg>w2w<figure>w3w</video>w4w")
@example("<button><svg><figure>w0w</figure></svg></button>w1w")
@example("<video src=/v><math>w0w<x-y>w1w</x-y>w2w</math></video>w3w")
@example("<object>w0w<xmp>w1w<p>w2w<p>w3w<p>w4w<p>w5w<p>w6w<p>w7w<p>w8w<p>w9w</object>w10w")
@example("<math>w0w<rt>w1w<math>w2w</math>w3w")
@example("<svg>w0w<pw1w</svg>w2w")
@example("<template>w0w<pw1w</template>w2w")
@example('<math>w0w<a href="/x>w1w</math>w2w<a href="/x>w3w')
@example("<template>w0w<template>w1w</template>w2w</template>w3w")
@example("<template>w0w</3w1w</template>w2w")
@every
def test_no_word_of_html_is_lost_without_a_warning_that_names_it(text: str) -> None:
    hold(text, "html")


@given(bodies(MARKDOWN))
@every
def test_no_word_of_markdown_is_lost_without_a_warning_that_names_it(text: str) -> None:
    hold(text, "markdown")


@given(st.lists(st.integers(min_value=0, max_value=999_999_999), min_size=1, max_size=12))
@every
def test_each_item_of_a_list_has_the_number_that_was_typed(numbers: list[int]) -> None:
    if len(numbers) > 1 and len(set(numbers)) == 1:
        numbers[-1] = (numbers[0] + 1) % 1_000_000_000
    body = read("".join(f"{number}. x\n" for number in numbers))
    shown = [
        int(node[1]["start"] if isinstance(node[1], dict) else 1) + place
        for node in body.tree
        for place, _ in enumerate(child for child in node[1:] if isinstance(child, list))
    ]
    assert shown == numbers
    assert body.warnings == ()
