import pytest

from stoppress.newsroom.body.body import html, tree
from stoppress.newsroom.body.styles import counts_in_letters, names


@pytest.mark.parametrize(
    ("tag", "style", "begun"),
    [
        ("b", "", ["b"]),
        ("b", "font-weight:normal", []),
        ("strong", "color:red; font-weight : 400", []),
        ("b", "font-weight:bold", ["b"]),
        ("span", "font-weight:700;font-style:italic", ["strong", "em"]),
        ("span", "font-weight:400", []),
        ("em", "font-style:normal;text-decoration:underline line-through", ["s"]),
        ("del", "text-decoration:line-through", ["del"]),
        ("span", "vertical-align:sub", ["sub"]),
        ("span", "vertical-align:baseline", []),
        ("a", "font-weight:bold", ["a", "strong"]),
        ("p", "font-weight:bold", ["p", "strong"]),
        ("li", "text-decoration:line-through", ["li", "s"]),
        ("span", "vertical-align:super !important", ["sup"]),
        ("span", "vertical-align:4pt", ["sup"]),
        ("span", "vertical-align:-0.5em", ["sub"]),
        ("span", "position:relative;top:-3pt", ["sup"]),
        ("small", "vertical-align:super", ["sup"]),
        ("td", "vertical-align:top", ["td"]),
        ("span", "font-weight", []),
        ("span", "font:italic bold 12px/30px Georgia", ["strong", "em"]),
        ("span", "font:7pt Times", []),
        ("cite", "text-decoration:line-through", ["s"]),
        ("kbd", "vertical-align:super", ["sup"]),
        ("span", "display:block", ["div"]),
        ("a", "display:table-cell", ["div", "a"]),
        ("a", "display:inline-block", ["a"]),
        ("p", "text-decoration:line-through", ["p", "s"]),
        ("td", "vertical-align:super;text-decoration-line:line-through", ["td", "s"]),
        ("span", "font-weight:bold !important", ["strong"]),
        ("span", "vertical-align:super!important", ["sup"]),
        ("span", "vertical-align:5pt", ["sup"]),
        ("span", "vertical-align:text-top", ["sup"]),
        ("span", "vertical-align:-.25em", ["sub"]),
        ("span", "vertical-align:0px", []),
        ("span", "position:relative;top:-3.0pt;mso-text-raise:3.0pt", ["sup"]),
        ("span", "position:relative;top:3pt", ["sub"]),
        ("span", "position:relative;top:0pt", []),
        ("span", "top:-3pt", []),
        ("sub", "position:relative;bottom:-0.25em;vertical-align:baseline", ["sub"]),
    ],
)
def test_the_style_of_a_tag_decides_its_element(tag: str, style: str, begun: list[str]) -> None:
    assert names(tag, style) == begun


@pytest.mark.parametrize("tag", ["p", "div", "h2", "blockquote"])
def test_a_block_that_is_struck_does_not_read_as_if_it_stood(tag: str) -> None:
    struck = f'<{tag} style="text-decoration:line-through">Struck 5</{tag}>ok'
    assert "<s>Struck 5</s>" in html(tree(struck, "html"))
    assert html(tree(struck, "html")).endswith("<p>ok</p>")


def test_an_item_and_a_cell_may_be_struck() -> None:
    style = 'style="text-decoration:line-through"'
    assert tree(f"<ul><li {style}>a<li>b</ul>", "html") == [
        ["ul", ["li", ["s", "a"]], ["li", "b"]],
    ]
    assert tree(f"<table><tr><td {style} colspan=2>a<td>b</table>", "html") == [
        ["table", ["tbody", ["tr", ["td", {"colspan": "2"}, ["s", "a"]], ["td", "b"]]]],
    ]


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("<b>x <span style='font-weight:400'>y</span> z</b>",
         "<strong>x </strong>y<strong> z</strong>"),
        ("<i>x<span style='font-style:normal'>y</span></i>", "<em>x</em>y"),
        ("<b><i>x<span style='font-weight:normal'>y<b>z</b></span></i></b>",
         "<strong><em>x</em></strong><em>y<strong>z</strong></em>"),
        ("<b>x<p style='font-weight:normal'>y</p>z</b>",
         "<strong>x</strong></p><p>y</p><p><strong>z</strong>"),
        ("<b>x<a href=/a>y<b style='font-weight:normal'>z</b></a></b>",
         '<strong>x<a href="/a">y</a></strong><a href="/a">z</a>'),
        ("<s>x<span style='text-decoration:none'>y</span></s>", "<s>xy</s>"),
        ("<b style='font-weight:normal'>x</b>", "x"),
    ],
)  # fmt: skip
def test_normal_text_within_bold_or_italics_is_normal(written: str, made: str) -> None:
    assert html(tree(written, "html")) == f"<p>{made}</p>"


def test_letters_are_known_by_type_and_by_style() -> None:
    assert counts_in_letters({"type": "a"})
    assert counts_in_letters({"style": "list-style-type: upper-roman"})
    assert not counts_in_letters({"type": "1", "style": "list-style: decimal"})


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("<ol style='list-style:none'><li>5. x</ol>", "<ul><li>5. x</li></ul>"),
        ("<ol style='list-style-type:disc'><li>x</ol>", "<ul><li>x</li></ul>"),
        ("<ul style='list-style-type:decimal'><li>x</ul>", "<ol><li>x</li></ol>"),
        ("<ol style='list-style:decimal inside none'><li>x</ol>", "<ol><li>x</li></ol>"),
        ("<ul style='list-style:disc outside'><li>x</ul>", "<ul><li>x</li></ul>"),
        ("<ul type=disc><li>x</ul>", "<ul><li>x</li></ul>"),
    ],
)
def test_a_list_has_numbers_where_a_browser_shows_them(written: str, made: str) -> None:
    assert html(tree(written, "html")) == made
