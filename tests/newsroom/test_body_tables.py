import pytest

from stoppress.newsroom.body import read, tree

SEATS = "| Party | Seats |\n|---|---:|\n| Red | 12 |\n| Blue | 9 |\n"


def test_a_table_in_markdown_is_one():
    assert tree(SEATS) == [
        [
            "table",
            ["thead", ["tr", ["th", "Party"], ["th", "Seats"]]],
            ["tbody", ["tr", ["td", "Red"], ["td", "12"]], ["tr", ["td", "Blue"], ["td", "9"]]],
        ]
    ]
    assert read(SEATS).warnings == ()


def test_a_cell_for_which_there_is_no_column_is_told_of():
    for prefix in ("", "> "):
        text = "".join(f"{prefix}{line}\n" for line in ["|a|b|", "|-|-|", "|1|2|3|", "|1|2|", "|1"])
        assert read(text).warnings == (
            "A table’s row has more cells than its head; left out: “3”.",
        )


@pytest.mark.parametrize(
    ("html", "made"),
    [
        (
            "<table><tr><th scope=ROW>a<td colspan=2 rowspan=300>b</table>",
            ["tr", ["th", {"scope": "row"}, "a"], ["td", {"colspan": "2", "rowspan": "99"}, "b"]],
        ),
        (
            "<table><td colspan=99999999>a<td>b</table>",
            ["tr", ["td", {"colspan": "99"}, "a"], ["td", "b"]],
        ),
        ("<table><td colspan=-1 rowspan=0 scope=x>a<td>", ["tr", ["td", "a"], ["td"]]),
        ("<table><td><p>a</p><td><ul><li>b</ul>", ["tr", ["td", "a"], ["td", ["ul", ["li", "b"]]]]),
    ],
)  # fmt: skip
def test_a_cell_keeps_what_it_says_within_bounds(html, made):
    assert tree(html, "html") == [["table", ["tbody", made]]]


def test_a_caption_stands_before_its_table_and_a_foot_is_a_part_of_it():
    html = "<table><caption>C</caption><tr><td>1<td>2<tfoot><tr><td>3<td>4</table>"
    rows = [["tbody", ["tr", ["td", a], ["td", b]]] for a, b in ("12", "34")]
    assert tree(html, "html") == [["p", "C"], ["table", *rows]]


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>One<p>Two</table>",
        "<table><tr><td>One<hr><td>Two</table>",
    ],
)
def test_a_table_that_lays_out_a_page_is_none(html):
    made = tree(html, "html")
    assert [node for node in made if node != ["hr"]] == [["p", "One"], ["p", "Two"]]


def test_tables_within_tables_lose_no_figure():
    inner = "<table><tr><td>1<td>2</table>"
    html = f"<table><tr><td><h2>Head</h2>{inner}<td>3</table>"
    assert tree(html, "html") == [
        ["h2", "Head"],
        ["table", ["tbody", ["tr", ["td", "1"], ["td", "2"]]]],
        ["p", "3"],
    ]


@pytest.mark.parametrize("rows", ["<tr><td>1</td><td>2</td></tr>", "<td>1</td><td>2</td>"])
def test_rows_without_their_table_are_one(rows):
    assert tree(rows, "html") == [["table", ["tbody", ["tr", ["td", "1"], ["td", "2"]]]]]
