import logging

import pytest

from stoppress.live.errors import InvalidView
from stoppress.live.rendering.markup import DEEPEST, markup
from stoppress.live.rendering.tree import check_view, parse


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        (" <!-- a --> <p>x</p>\n", ["p", "x"]),
        ('<p class=" a  b " hidden>x', ["p", {"class": " a  b ", "hidden": ""}, "x"]),
        ("<p>a<!-- b -->c &amp; d</p>", ["p", "ac & d"]),
        ("<tr><td>1</td><th>2</th></tr>", ["tr", ["td", "1"], ["th", "2"]]),
        ("<td colspan=2>1", ["td", {"colspan": "2"}, "1"]),
        ("<col span=2>", ["col", {"span": "2"}]),
        ("<caption>c</caption>", ["caption", "c"]),
        ("<table><tr><td>1</table>", ["table", ["tbody", ["tr", ["td", "1"]]]]),
        ("<pre>\n\n a\n</pre>", ["pre", "\n a\n"]),
        (
            '<svg viewbox="0 0 9 9"><foreignobject><p>x</p></foreignobject><use xlink:href="#a"/>',
            [
                "svg",
                {"viewBox": "0 0 9 9"},
                ["foreignObject", ["p", "x"]],
                ["use", {"xlink:href": "#a"}],
            ],
        ),
        ("<p data-key=1 data-order=2 data-version=3 data-fresh=new>x</p>", ["p", "x"]),
        ("<my-card>x</my-card>", ["my-card", "x"]),
        ("<tr-item>x</tr-item>", ["tr-item", "x"]),
        ('<img srcset="/rs:1,fit:2/a 1x, /b 2x">', ["img", {"srcset": "/rs:1,fit:2/a 1x, /b 2x"}]),
        ("<div><o:p>x</o:p></div>", ["div", ["o:p", "x"]]),
    ],
)
def test_html_is_read_as_a_browser_reads_it(html, tree):
    assert parse(html) == tree
    assert parse(markup(tree)) == tree


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", "nothing was rendered"),
        ("x", "1 nodes: 'x'"),
        ("<p>1</p><p>2</p>", "2 nodes: <p>, <p>"),
        ("<p>1</p> 2", "2 nodes: <p>, '2'"),
        ("<p>\n<div>2</div></p>", "<div> in line 2 is written within <p>"),
        ("<tr></table><p>x", "2 nodes"),
        ("<a>1<table><a>2</a></table></a>", "differently from its HTML"),
        ("<form><div></form><form></form></div></form>", "differently from its HTML"),
        ("<p><script>1</script></p>", "<script> is not allowed"),
        ("<svg><style>x</style></svg>", "<style> is not allowed"),
        ("<p><IFRAME></IFRAME></p>", "<iframe> is not allowed"),
        ("<svg><animateTransform/></svg>", "<animateTransform> is not allowed"),
        ("<p><b data-items>x</b></p>", "data-items marks a part of the feed"),
        ("<svg><x:script>1</x:script></svg>", "<x:script> is not allowed"),
        ("<template><p>x</p></template>", "<template> is not allowed"),
        ("<p onClick=1>x</p>", "attribute onclick of <p>"),
        ('<p style="color:red">x</p>', "attribute style"),
        ("<p><xmp>x</xmp></p>", "<xmp> is not allowed"),
    ],
)
def test_an_invalid_view_is_refused_with_a_message(html, words):
    with pytest.raises(InvalidView) as told:
        parse(html)
    assert words in str(told.value)


HIDDEN = [
    "javascript:alert(1)",
    " JAVASCRIPT:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:x",
]
PLAIN = ["/a", "./a:b", "#x", "?q=a:b", "https://a.example/", "//a.example"]
PLAIN += ["mailto:a@b.example", "TEL:+47", "", "a/b:c", "1a:b"]


@pytest.mark.parametrize("address", HIDDEN)
def test_an_address_that_could_run_a_script_is_left_out_and_logged(address, caplog):
    with caplog.at_level(logging.WARNING, "stoppress.live"):
        assert parse(markup(["p", ["a", {"href": address, "id": "x"}, "y"]])) == [
            "p",
            ["a", {"id": "x"}, "y"],
        ]
    assert "<a href=" in caplog.text
    for attribute in ("src", "formaction", "ping"):
        assert parse(markup(["img", {attribute: address}])) == ["img"]
    if "\t" not in address:  # there it ends the address
        assert parse(markup(["img", {"srcset": f"/a.png 1x, {address} 2x"}])) == ["img"]


@pytest.mark.parametrize("address", PLAIN)
def test_an_address_of_the_web_stays(address):
    tree = ["a", {"href": address, "ping": f"/a {address}"}]
    assert parse(markup(tree)) == tree
    tree = ["img", {"srcset": f"/a.png 1x, {address} 2x"}]
    assert parse(markup(tree)) == tree


def test_a_tree_of_a_sites_own_is_checked():
    check_view(["p", {"class": "a"}, "x", ["b", "y"], "z"])
    for wrong in [
        "p",
        [],
        [1],
        ["p", 1],
        ["p", {"a": 1}],
        ["p", ["b", None]],
        ["p", ["div"]],
        ["p", {"onclick": "x"}],
        ["script", "x"],
        ["a", {"href": "javascript:x"}],
        ["p", "a", "b"],
        ["p b", "x"],
        {"p": "x"},
    ]:
        with pytest.raises(InvalidView):
            check_view(wrong)


def test_elements_nest_only_as_deep_as_every_browser_shows():
    deepest = "<div>" * DEEPEST + "x" + "</div>" * DEEPEST
    assert markup(parse(deepest)) == deepest
    with pytest.raises(InvalidView, match="deep"):
        parse(f"<div>{deepest}</div>")


def test_markup_is_escaped():
    tree = ["p", {"title": '"<&>'}, "<b>&amp;", ["br"]]
    assert markup(tree, data_key='a"b') == (
        '<p title="&quot;<&amp;>" data-key="a&quot;b">&lt;b&gt;&amp;amp;<br></p>'
    )
    assert parse(markup(tree)) == tree
