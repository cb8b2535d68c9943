import pytest

from stoppress.newsroom.body.as_markdown import as_markdown
from stoppress.newsroom.body.body import read
from stoppress.newsroom.body.tree import build


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ("loose <i>text</i>", [["p", "loose ", ["em", "text"]]]),
        ("<div>one</div><div>two</div>", [["p", "one"], ["p", "two"]]),
        ("<dl><dt>Word<dd>Meaning</dl>", [["p", "Word"], ["p", "Meaning"]]),
        ("<em><p>a</p><p>b</p></em>", [["p", ["em", "a"]], ["p", ["em", "b"]]]),
        ("<a href=/x><h2>Head</h2></a>", [["h2", ["a", {"href": "/x"}, "Head"]]]),
        ("<em>a <i>b</i> c</em>", [["p", ["em", "a b c"]]]),
        ("<h1><div>Two</div><div>lines</div></h1>", [["h2", "Two lines"]]),
        ("<pre>\n\nx<div>y</div></pre>", [["pre", "x\ny"]]),
        ("<ul>loose<li>a</ul>", [["ul", ["li", "loose"], ["li", "a"]]]),
        ("<ul><li>a<ul><li>b</ul></ul>", [["ul", ["li", "a", ["ul", ["li", "b"]]]]]),
        ("<li>orphan", [["p", "orphan"]]),
        ("<li><p>a<p>b", [["p", "a"], ["p", "b"]]),
        ("<blockquote>said</blockquote>", [["blockquote", ["p", "said"]]]),
        (
            "<p>a<hr>b<br><br><p>&nbsp;</p><p> </p>",
            [["p", "a"], ["hr"], ["p", "b", ["br"], ["br"]]],
        ),
        ("<figcaption>no figure</figcaption>", [["p", "no figure"]]),
        ("a<script>b</script><style>c</style><svg><g>d</g></svg>", [["p", "a"]]),
        ("<a href=/x><table><td><a href=/y>b</table>", [["p", ["a", {"href": "/x"}, "b"]]]),
        ("2<sup>3<sup>2</sup></sup>", [["p", "2", ["sup", "3", ["sup", "2"]]]]),
        ("<del>a</del><strike>b</strike>", [["p", ["s", "a"], ["s", "b"]]]),
        ("<ins>a</ins><u>b</u><mark>c</mark><small>d</small>", [["p", "abcd"]]),
        (
            "<img src=/a width=10 height=x alt>",
            [["p", ["img", {"src": "/a", "alt": "", "width": "10"}]]],
        ),
        ("<img alt=gone>", []),
        ("<ul></ul><blockquote><p></p></blockquote><em></em>", []),
        ("a&#13;b&#11;c", [["p", "a\nb\ufffdc"]]),
    ],
)
def test_any_html_becomes_a_tree_of_the_closed_set(html, made):
    assert build(html)[0] == made


def test_a_figure_holds_its_picture_and_its_caption():
    html = "<figure><a href=/x><img src=/a></a> <figcaption><p>Seen</p></figcaption></figure>"
    picture = ["a", {"href": "/x"}, ["img", {"src": "/a", "alt": ""}]]
    assert build(html)[0] == [["figure", picture, ["figcaption", "Seen"]]]


@pytest.mark.parametrize("space", ["\n", "<span> </span>", "&nbsp;", "<b> </b>"])
def test_a_link_without_content_is_left_out_with_a_warning(space):
    body = read(f'<p>“<a href="/x">{space}</a>” <i><a href="#top"> </a>y</i></p>', "html")
    assert "href" not in str(body.tree)
    assert body.warnings == ("A link without text was left out: “/x”.",)
    assert read(as_markdown(body.tree)).warnings == ()
