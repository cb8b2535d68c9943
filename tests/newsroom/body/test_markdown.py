import pytest

from stoppress.newsroom.body.body import html, read, tree


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
        "Use <time> of <address>, the <caption>, and <small> print.",
        "<summary> <section> <option> <header> <menu> <main> <search> <A Name>",
        "<address hidden> <source name> <time required> <Label Name> said 5",
        "A <p> and a <li> and </b>",
        "<xmp> 5, <plaintext> 6",
        "<?what?> and <!NB this>",
        "<!-- that is never ended",
        "List<String> and a < b > c",
        "<Anna:> hello <foo:bar> <sms:1> <javascript:5>",
        "5*3*2 and 2**3**4",
        "5*x*5, 2*x*3*y and a*b*5*c",
        "#1 and +1 and -5 and 3) and 1.5",
        "2026-11-22 - x",
        "a | b",
        "[Anna]: Yes",
        "[Q]: Why?",
        "~5~",
    ],
)
def test_typed_characters_are_shown(text):
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
        ("<TEL:+4722>", ["p", ["a", {"href": "TEL:+4722"}, "TEL:+4722"]]),
        ("[t](tel:+4722)", ["p", ["a", {"href": "tel:+4722"}, "t"]]),
        ("<b>bold</b> <!-- note -->x", ["p", ["strong", "bold"], " x"]),
        ("<div>\n<name withheld> 5 < 7\n</div>", ["p", "<name withheld> 5 < 7"]),
        ("**5**th a*b*c *5*", ["p", ["strong", "5"], "th a", ["em", "b"], "c ", ["em", "5"]]),
        ("_a_b_", ["p", ["em", "a_b"]]),
        ("\\*5\\* &lt;b&gt;", ["p", "*5* <b>"]),
        ("`<name>` 5", ["p", ["code", "<name>"], " 5"]),
        ("Sale: <del>10</del> 5*2", ["p", "Sale: ", ["s", "10"], " 5*2"]),
    ],
)
def test_markdown_becomes_the_expected_html(text, made):
    assert tree(text) == [made]


@pytest.mark.parametrize(
    "name",
    [
        *("video", "button", "select", "object", "textarea", "script", "style", "template"),
        *("iframe", "pre", "xmp", "title", "noscript", "svg"),
    ],
)
@pytest.mark.parametrize("before", ["Use ", ""])
def test_an_unclosed_tag_swallows_no_text(name, before):
    text = f"{before}<{name}> here.\n\nIt is *5*."
    assert tree(text) == [["p", f"{before}<{name}> here."], ["p", "It is ", ["em", "5"], "."]]
    assert read(text).warnings == ()


def test_both_tags_of_a_pair_are_html():
    assert tree("<data>5</data> <map>6</map>") == [["p", "5 6"]]
    assert read("<data>5</data> <map>6</map>").warnings == ()


def test_html_within_markdown_stays_html():
    text = "<table>\n<tr><td>1</td><td>2</td></tr>\n</table>\n\n<p hidden data-x>a</p>"
    assert html(tree(text)) == (
        "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table><p>a</p>"
    )


def test_an_unused_link_definition_gets_a_warning():
    text = "See [1] and [the site][2].\n\n[2]: https://b.example\n[3]: https://c.example\n"
    assert read(text).warnings == ("No link in the text uses the address of [3].",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("~~~5 km\n\ntext", "~~~ begins code; the text on the same line was left out: “5 km”."),
        ("```5", "``` begins code; the text on the same line was left out: “5”."),
        ("> ```Oslo\n> x\n\ny", "``` begins code; the text on the same line was left out: “Oslo”."),
        ("```\nx", "Everything after ``` is code, because it is never closed."),
        ("~~~~ 5 km\nx\n~~~~", "~~~ begins code; the text on the same line was left out: “5 km”."),
    ],
)
def test_a_warning_names_the_text_after_a_fence(text, said):
    assert read(text).warnings == (said,)


@pytest.mark.parametrize(
    "text", ["```c++\nx\n```", "- ~~~ Python\n  x\n  ~~~~\n", "> ```js\n> ```"]
)
def test_the_language_of_code_gets_no_warning(text):
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '![x](/a.jpg "Foto: Jensen 2025")',
            "The title of a picture was left out: “Foto: Jensen 2025”.",
        ),
        ("[x](/y '5 km')", "The title of a link was left out: “5 km”."),
        ('[x]\n\n[x]: /y "5 km"', "The title of a link was left out: “5 km”."),
    ],
)
def test_a_title_gets_a_warning(text, said):
    assert read(text).warnings == (said,)


def test_a_title_equal_to_the_alternative_text_gets_no_warning():
    assert read('![A bridge](/a.jpg "A bridge") [x](/y "")').warnings == ()


@pytest.mark.parametrize("text", ["> " * 60 + "7", "- " * 40 + "7", "1. " * 30 + "7"])
def test_nested_elements_are_kept(text):
    made = read(text)
    assert "7" in html(made.tree) and not made.warnings


@pytest.mark.parametrize("text", ["> " * 500 + "7", "- " * 90 + "7", "> " * 90_000])
def test_text_that_is_nested_too_deep_gets_a_warning(text):
    assert "Text that is nested too deeply in lists and quotes was left out." in read(text).warnings


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
def test_an_unclosed_tag_is_text(text):
    made = read(text)
    assert made.tree == [["p", text]] and not made.warnings


def test_a_closed_or_void_tag_is_html():
    assert html(read("at <time>9</time> <b>sharp</b><br>here").tree) == (
        "<p>at 9 <strong>sharp</strong><br>here</p>"
    )
    assert html(read("<section>\n\n*x*\n\n</section>").tree) == "<p><em>x</em></p>"
