import pytest

from stoppress.newsroom.body import html, read, tree


@pytest.mark.parametrize(
    "text",
    [
        "<name withheld> said so",
        "said <name withheld>, and",
        "Foo<Name>bar",
        "I <3 you",
        "<redacted>",
        "<address withheld> at the beginning",
        "<source>, <title> and <data removed>",
        "</redacted>",
        "<?what?> and <!NB this>",
        "<!-- that is never ended",
        "List<String> and a < b > c",
        "5*3*2 and 2**3**4",
        "#1 and +1 and -5 and 3) and 1.5",
        "2026-11-22 - x",
        "a | b",
        "[Anna]: Yes",
        "[Q]: Why?",
        "~5~",
    ],
)
def test_what_is_typed_is_shown(text):
    assert tree(text) == [["p", text]]
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("He owes ~~5~~ 7", ["p", "He owes ", ["s", "5"], " 7"]),
        ("He owes <s>5</s> 7", ["p", "He owes ", ["s", "5"], " 7"]),
        ("<del>he resigned</del>.", ["p", ["s", "he resigned"], "."]),
        ("10<sup>6</sup> H<sub>2</sub>O", ["p", "10", ["sup", "6"], " H", ["sub", "2"], "O"]),
        ("[m](mailto:a@b.example)", ["p", ["a", {"href": "mailto:a@b.example"}, "m"]]),
        ("<a@b.example>", ["p", ["a", {"href": "mailto:a@b.example"}, "a@b.example"]]),
        ("[t](tel:+4722)", ["p", ["a", {"href": "tel:+4722"}, "t"]]),
        ("<b>bold</b> <!-- note -->x", ["p", ["strong", "bold"], " x"]),
        ("<div>\n<name withheld> 5 < 7\n</div>", ["p", "<name withheld> 5 < 7"]),
        ("_a_b_", ["p", ["em", "a_b"]]),
        ("\\*5\\* &lt;b&gt;", ["p", "*5* <b>"]),
        ("`<name>` 5", ["p", ["code", "<name>"], " 5"]),
        ("Sale: <del>10</del> 5*2", ["p", "Sale: ", ["s", "10"], " 5*2"]),
    ],
)
def test_markdown_means_what_it_says(text, made):
    assert tree(text) == [made]


def test_html_within_markdown_stays_html():
    text = "<table>\n<tr><td>1</td><td>2</td></tr>\n</table>\n\n<p hidden data-x>a</p>"
    assert html(tree(text)) == (
        "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table><p>a</p>"
    )


def test_an_address_that_no_link_uses_is_told_of():
    text = "See [1] and [the site][2].\n\n[2]: https://b.example\n[3]: https://c.example\n"
    assert read(text).warnings == ("No link in the text uses the address of [3].",)


@pytest.mark.parametrize("text", ["> " * 60 + "7", "- " * 40 + "7", "1. " * 30 + "7"])
def test_what_is_nested_stays(text):
    made = read(text)
    assert "7" in html(made.tree) and not made.warnings


@pytest.mark.parametrize("text", ["> " * 500 + "7", "- " * 90 + "7", "> " * 90_000])
def test_what_is_nested_too_deep_is_told(text):
    assert "What stands too deep within lists and quotes was left out." in read(text).warnings


def test_equal_numbers_of_a_list_are_counted_only_where_they_are_ones_or_zeros():
    assert html(read("1. a\n1. b").tree) == "<ol><li>a</li><li>b</li></ol>"
    assert html(read("17. juni\n17. juli").tree) == (
        '<ol start="17"><li>juni</li></ol><ol start="17"><li>juli</li></ol>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "Use <time> of <address>, the <caption>, and <small> print.",
        "<AP>, <S>, <A> and <Label Name>",
        "Use the <video> element.",
        "Write <script> or <style> first.",
        "Price <s> 5",
    ],
)
def test_a_tag_that_nothing_ends_is_words(text):
    made = read(text)
    assert made.tree == [["p", text]] and not made.warnings


def test_a_tag_that_is_ended_or_need_not_be_is_html():
    assert html(read("at <time>9</time> <b>sharp</b><br>here").tree) == (
        "<p>at 9 <strong>sharp</strong><br>here</p>"
    )
    assert html(read("<section>\n\n*x*\n\n</section>").tree) == "<p><em>x</em></p>"
