"""Paragraphs of the classic editor."""

import pytest

from stoppress.transfer.wordpress.paragraphs import with_paragraphs


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("One\n\nTwo", "<p>One</p><p>Two</p>"),
        ("One\r\n\r\nTwo", "<p>One</p><p>Two</p>"),
        ("One\nline", "<p>One<br>line</p>"),
        ("One<br />\nline", "<p>One<br>line</p>"),
        (
            "A <em>word</em>\n\n<strong>B</strong>",
            "<p>A <em>word</em></p><p><strong>B</strong></p>",
        ),
        ("<h2>Head</h2>\nText", "<h2>Head</h2><p>Text</p>"),
        ("<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>", "<ul><li>a</li><li>b<br>c</li></ul>"),
        ("<blockquote>A\n\nB</blockquote>", "<blockquote><p>A</p><p>B</p></blockquote>"),
        ("<p>Given</p>\n\n<p>Twice</p>", "<p>Given</p><p>Twice</p>"),
        ("<div>A\n\nB</div>", "<div><p>A</p><p>B</p></div>"),
        ("<pre>a\n\nb</pre>", "<pre>a\n\nb</pre>"),
        (
            "<table>\n<tr>\n<td>x</td>\n</tr>\n</table>\nEnd",
            "<table><tr><td>x</td></tr></table><p>End</p>",
        ),
        ("<ul><li>open\n<li>too</ul>\n\nAfter", "<ul><li>open<li>too</ul><p>After</p>"),
        ("3 < 4\n\n5 > 4", "<p>3 < 4</p><p>5 > 4</p>"),
        ('<img alt="a > b">\n\nText', '<p><img alt="a > b"></p><p>Text</p>'),
        ("<hr>\nText", "<hr><p>Text</p>"),
        ("  \n\n ", ""),
    ],
)
def test_empty_lines_part_paragraphs(written, made):
    told = with_paragraphs(written)
    if "<pre" not in written:
        told = told.replace("\n", "")
    assert told.strip() == made


def test_no_text_takes_long():
    hostile = "<div>" * 20_000 + "<li>\n\n" * 20_000 + "<" * 50_000 + "<p " * 20_000
    assert with_paragraphs(hostile).count("<div>") == 20_000
