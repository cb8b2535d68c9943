import pytest

from stoppress.newsroom.body_styles import counts_in_letters, names


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
    ],
)
def test_a_tag_means_what_its_style_says(tag: str, style: str, begun: list[str]) -> None:
    assert names(tag, style) == begun


def test_letters_are_known_by_type_and_by_style() -> None:
    assert counts_in_letters({"type": "a"})
    assert counts_in_letters({"style": "list-style-type: upper-roman"})
    assert not counts_in_letters({"type": "1", "style": "list-style: decimal"})
