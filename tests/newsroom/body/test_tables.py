import pytest

from stoppress.newsroom.body.body import read, tree

SEATS = "| Party | Seats |\n|---|---:|\n| Red | 12 |\n| Blue | 9 |\n"


def test_a_markdown_table_becomes_a_table():
    assert tree(SEATS) == [
        [
            "table",
            ["thead", ["tr", ["th", "Party"], ["th", "Seats"]]],
            ["tbody", ["tr", ["td", "Red"], ["td", "12"]], ["tr", ["td", "Blue"], ["td", "9"]]],
        ]
    ]
    assert read(SEATS).warnings == ()


def test_a_cell_without_a_column_gets_a_warning():
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
def test_a_cell_keeps_its_spans_within_bounds(html, made):
    assert tree(html, "html") == [["table", ["tbody", made]]]


def test_a_caption_is_before_its_table_and_a_foot_is_a_part_of_it():
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
def test_a_layout_table_is_no_table(html):
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


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td>1</td><td>2</td></tr>",
        "<td>1</td><td>2</td>",
        "<TD>1<td>2",
        "<!--Start--><tr><td><p>1</p>\n</td> <td>2</tr><!--End-->",
    ],
)
def test_rows_without_a_table_become_one(rows):
    assert tree(rows, "html") == [["table", ["tbody", ["tr", ["td", "1"], ["td", "2"]]]]]


@pytest.mark.parametrize(
    "html",
    [
        "<tr><td>5</td></tr>7",
        "<td>5</td><p>7</p>",
        "<b></b><thead><th>5</th></thead><tbody><td>7</td></tbody>",
        "</table><caption>5</caption>7",
        "<span style='display:block'>5</span><span style='display:block'>7</span>",
    ],
)
def test_figures_of_cells_without_a_table_do_not_run_together(html):
    assert tree(html, "html") == [["p", "5"], ["p", "7"]]


def test_cells_without_a_table_beside_one_leave_it_as_it_is():
    html = "<td>5</td><table><tr><td>1<td>2</table><td>7"
    inside = ["table", ["tbody", ["tr", ["td", "1"], ["td", "2"]]]]
    assert tree(html, "html") == [["p", "5"], inside, ["p", "7"]]


def test_a_foot_written_first_comes_last_and_a_head_written_last_comes_first():
    rows = "<tfoot><tr><td>Total<td>9</tfoot><tbody><tr><td>A<td>9</tbody><thead><tr><th>N<th>P"
    assert tree(f"<table>{rows}</table>", "html") == [
        [
            "table",
            ["thead", ["tr", ["th", "N"], ["th", "P"]]],
            ["tbody", ["tr", ["td", "A"], ["td", "9"]]],
            ["tbody", ["tr", ["td", "Total"], ["td", "9"]]],
        ]
    ]


def test_an_empty_foot_moves_nothing():
    html = "<table><tfoot></tfoot><tr><td>1<td>2<tbody><tr><td>3<td>4</table>"
    rows = [["tbody", ["tr", ["td", a], ["td", b]]] for a, b in ("12", "34")]
    assert tree(html, "html") == [["table", *rows]]


@pytest.mark.parametrize(
    ("inside", "made"),
    [
        ("<h3>Team</h3>", [["strong", "Team"]]),
        ("<h3>A <b>b</b> c <i>d</i></h3>", [["strong", "A b c ", ["em", "d"]]]),
        ("<h2>Team</h2>of all", [["p", ["strong", "Team"]], ["p", "of all"]]),
        ("a<hr>b", [["p", "a"], ["p", "b"]]),
        ("<hr>", []),
        ("<figure><img src=/a></figure>", [["img", {"src": "/a", "alt": ""}]]),
        (
            "<figure><figcaption>C</figcaption><img src=/a></figure>",
            [["p", "C"], ["p", ["img", {"src": "/a", "alt": ""}]]],
        ),
        (
            "<table><tr><td>1<td>2</table>",
            [["table", ["tbody", ["tr", ["td", "1"], ["td", "2"]]]]],
        ),
    ],
)
def test_a_table_with_heads_stays_a_table_with_any_cells(inside, made):
    html = f"<table><tr><th scope=col>{inside}<th>Pts<tr><td>FCK<td>45</table>"
    assert tree(html, "html") == [
        [
            "table",
            [
                "tbody",
                ["tr", ["th", {"scope": "col"}, *made], ["th", "Pts"]],
                ["tr", ["td", "FCK"], ["td", "45"]],
            ],
        ]
    ]


def test_a_table_whose_head_has_no_column_heads_stays_a_table():
    html = "<table><thead><tr><td><h2>A</h2><td>B</thead><tr><td>1<td>2</table>"
    assert [node[0] for node in tree(html, "html")] == ["table"]


def test_a_hidden_column_or_row_is_left_out_with_a_warning():
    hidden = "<table><tr><td style='display:none'>5<td>6<td>7<tr hidden><td>8<td>9</table>"
    body = read(hidden, "html")
    assert body.tree == [["table", ["tbody", ["tr", ["td", "6"], ["td", "7"]]]]]
    assert body.warnings == (
        "Hidden text was left out: “5”.",
        "Hidden text was left out: “8 9”.",
    )
