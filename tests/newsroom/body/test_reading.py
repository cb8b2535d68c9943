import json

import pytest

from stoppress.newsroom.body.body import read, tree


def link(address: str, text: str) -> list:
    return ["p", ["a", {"href": address}, text]]


@pytest.mark.parametrize(
    ("html", "made"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/live_stream?channel=UC1"></iframe>',
            link(
                "https://www.youtube.com/embed/live_stream?channel=UC1",
                "www.youtube.com/embed/live_stream?channel=UC1",
            ),
        ),
        (
            "<iframe data-src=//v.example/video/12 title='The  fire'></iframe>",
            link("//v.example/video/12", "The fire"),
        ),
        (
            "<video><source src=https://c.example/a.mp4></video>",
            link("https://c.example/a.mp4", "c.example/a.mp4"),
        ),
        ("<audio src=/a.mp3></audio>", link("/a.mp3", "/a.mp3")),
        ("<object data=/a><embed src=/b></object>", link("/a", "/a")),
        ("<object><embed src=/b></object>", link("/b", "/b")),
        ("<embed src=/b>", link("/b", "/b")),
    ],
)
def test_an_embedded_object_becomes_a_link(html, made):
    assert read(f"<p>Watch:</p>{html}", "html").tree == [["p", "Watch:"], made]
    assert read(html, "html").warnings == ()


def test_a_post_quoted_from_elsewhere_keeps_its_text_and_its_link():
    html = (
        '<blockquote class="instagram-media"><p>Open</p>'
        '<a href="https://x.example/1">Jan 5</a></blockquote>'
    )
    assert tree(html, "html") == [
        ["blockquote", ["p", "Open"], link("https://x.example/1", "Jan 5")]
    ]


@pytest.mark.parametrize("address", ["javascript:x", "data:text/html,x", "about:blank", ""])
def test_an_embed_without_a_web_address_gets_a_warning(address):
    body = read(f'a<iframe src="{address}" srcdoc="<p>x"></iframe>', "html")
    assert body.tree == [["p", "a"]]
    assert body.warnings == ("A frame without an address was left out.",)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="/blank.gif" data-src="/real.jpg" alt="Pier">',
        '<img src="data:image/gif;base64,R0" data-lazy-src="/real.jpg" alt="Pier">',
        '<img srcset="/small.jpg 400w, /real.jpg 800w" alt="Pier">',
        '<img src="data:x" data-srcset="/real.jpg 2x,/small.jpg 1x" alt="Pier">',
        '<picture><source srcset="/real.jpg"><img alt="Pier"></picture>',
        '<picture><source srcset="/a.avif"><img src="/real.jpg" alt="Pier"></picture>',
        '<img data-lazy="x" alt="Pier"><noscript><img src="/real.jpg" alt="Pier"></noscript>',
        '<img src="/grey.gif" alt="Pier">\n<noscript><img src="/real.jpg"></noscript>',
        '<a><img data-src="/real.jpg" alt="Pier"></a><noscript><img src="/real.jpg?9"></noscript>',
        '<noscript><img src="/real.jpg"></noscript><img data-src="/real.jpg" alt="Pier">',
        '<img src="/real.jpg" alt="Pier"><noscript><p></p></noscript>',
        '<img src="/real.jpg" alt="Pier"><img src="https://count.example/p" width=1 height=1>',
    ],
)  # fmt: skip
def test_a_lazy_picture_appears_once_with_its_real_address(html):
    body = read(html, "html")
    assert body.tree == [["p", ["img", {"src": "/real.jpg", "alt": "Pier"}]]]
    assert body.warnings == ()


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ('<b style="font-weight:normal"><p>a</p></b>', [["p", "a"]]),
        ('<span style="FONT-WEIGHT: 700">a</span>', [["p", ["strong", "a"]]]),
        ('<span style="font-style:italic;color:red">a</span>', [["p", ["em", "a"]]]),
        ('<i style="font-style:normal">a</i>', [["p", "a"]]),
        (
            '<span style="text-decoration:line-through">5</span> 7',
            [["p", ["s", "5"], " 7"]],
        ),
        ('10<span style="vertical-align:super">6</span>', [["p", "10", ["sup", "6"]]]),
        ('<b style="color:red">a</b>', [["p", ["strong", "a"]]]),
        ("<font>a</font><u>b</u>", [["p", "ab"]]),
    ],
)
def test_styles_of_a_word_processor_become_elements(html, made):
    assert tree(html, "html") == made


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<q>a <q>b</q></q>", "“a ‘b’”"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("super<wbr>market", "supermarket"),
        ("<abbr title='x'>NATO</abbr>", "NATO"),
        ("<canvas>5 seats</canvas>", "5 seats"),
    ],
)
def test_words_keep_the_space_around_them(html, text):
    assert tree(html, "html") == [["p", text]]


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<svg><text>5 seats</text></svg>", "A drawing (SVG) was left out: “5 seats”."),
        ("<math><mn>5</mn></math>", "A formula (MathML) was left out: “5”."),
        ("<button>Go</button>", "A form’s button was left out: “Go”."),
        ("<input value=7>", "A form’s field was left out: “7”."),
        (
            "<select><option>5<option>7</select>",
            "A form’s list to choose from was left out: “5 7”.",
        ),
        ("<textarea>A</textarea>", "A form’s field was left out: “A”."),
        ("<script>x</script>", "A <script> was left out."),
        (
            "<noscript>Allow scripts</noscript>",
            "Text for browsers without scripts was left out: “Allow scripts”.",
        ),
        (
            "<noscript>5 <p>6 <svg>7</noscript> seats",
            "Text for browsers without scripts was left out: “5 6 7 seats”.",
        ),
        ("<style>x", "Everything after <style> was left out, because it is never closed."),
        ("<video src=/x>", "Everything after <video> was left out, because it is never closed."),
        (
            "<video src=/x>Too old</video>",
            "Text for browsers that cannot show this was left out: “Too old”.",
        ),
        ("5 <span style='display:none'>07</span>", "Hidden text was left out: “07”."),
        ("<span hidden>07</span>", "Hidden text was left out: “07”."),
        ("<abbr title='Word 5'>W5</abbr>", "The title of a word was left out: “Word 5”."),
        ("<a href=/x title=5>x</a>", "The title of a link was left out: “5”."),
        ("<span aria-label='5 stars'></span>", "A <span> was left out: “5 stars”."),
        ("<a href=/x>\n</a>", "A link without text was left out: “/x”."),
        ("<meter value=5></meter>", "A <meter> was left out: “5”."),
        (
            "<x-player src=/x></x-player>",
            "Only the text within “<x-player src=/x>” is shown, if there is any.",
        ),
        (
            "<!-- x",
            "A comment is never closed; everything after it was left out: “x”.",
        ),
        (
            "<name withheld>",
            "HTML has no tag “<name withheld>”; write &lt; for a bracket in a text.",
        ),
        ("I </3 you>", "This is not an HTML tag, and was left out: “</3 you>”."),
        ("5 <x", "This is not an HTML tag, and was left out: “<x”."),
        ("<a href=javascript:x>y</a>", "A link to a javascript: address keeps only its text."),
        (
            "<img src=data:x alt=Pier>",
            "A picture without an http or https address was left out: “Pier”. Upload the picture"
            " itself instead.",
        ),
    ],
)
def test_a_warning_names_the_omitted_element(html, said):
    assert read(f"a {html}", "html").warnings == (said,)


@pytest.mark.parametrize(
    "html",
    [
        "<p>5 < 7 & 3</p>",
        "<a name=x>y</a><o:p></o:p><my-element>z</my-element>",
        "<!-- note --><![if !a]>x<![endif]><!doctype html>",
        "<input type=hidden value=1><button></button><svg><path/></svg>"[:45],
        "<del>a</del><ins>b</ins><dl><dt>c<dd>d</dl><details><summary>e</summary>f</details>",
    ],
)
def test_a_complete_body_has_no_warning(html):
    assert read(html, "html").warnings == ()


def test_the_number_of_warnings_is_bounded():
    body = read("".join(f"<x{n}>" for n in range(50)), "html")
    assert len(body.warnings) == 21
    assert body.warnings[-1] == "And 30 more."
    assert "x1" not in json.dumps(body.tree)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<math alttext='x^2'><mi>x</mi><mn>2</mn></math>", ["code", "x^2"]),
        (
            "<math><mi>x</mi><mn>2</mn><annotation encoding='application/x-tex'>x^2</annotation>"
            "</math><span class=katex-html>x2</span>",
            ["code", "x^2"],
        ),
        ("<span class=katex-html>x2</span>", "x2"),
        ("<input type=checkbox checked>milk", "☑ milk"),
        ("<input type=checkbox>milk", "☐ milk"),
        ("<a href=/x title='5 &amp; 7'>5 &amp; 7</a>", ["a", {"href": "/x"}, "5 & 7"]),
        ("<progress value=3>3 of 5</progress>", "3 of 5"),
    ],
)
def test_a_formula_s_source_and_a_box_are_shown(html, shown):
    body = read(html, "html")
    assert body.tree == [["p", shown]]
    assert body.warnings == ()
