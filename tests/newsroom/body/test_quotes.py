import pytest

from stoppress.newsroom.body.body import html, read
from stoppress.newsroom.body.quotes import MAX_ENDED, ended
from tests.effort import no_more_cpu_than


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<a href="/x>She resigned</a> on 5 May', '<a href="/x">She resigned</a> on 5 May'),
        ('<a href="/x>5</a> said "yes" to 7', '<a href="/x">5</a> said &quot;yes&quot; to 7'),
        ('<a href="/x>5 <b class="y">7</b></a>', '<a href="/x">5 <strong>7</strong></a>'),
        ('<a href="/x>5</a><a href="/y?a=b">7</a>', '<a href="/x">5</a><a href="/y?a=b">7</a>'),
        ("<i class='x>It's <b>5</b></i>", "<em>It&#x27;s <strong>5</strong></em>"),
        ('<b class="x>5<b class="y>7</b>', "<strong>57</strong>"),
        ('<a title="x>5 <a href=" /y">7</a>', '5 <a href="/y">7</a>'),
    ],
)
def test_an_unclosed_value_gets_its_quotation_mark_and_swallows_no_words(
    written: str, shown: str
) -> None:
    body = read(written, "html")
    assert html(body.tree) == f"<p>{shown}</p>"
    said = body.warnings[0]
    assert said.startswith(f"A missing quotation mark was added: “{written[:39]}")


@pytest.mark.parametrize(
    "written",
    [
        '<a title="a > b" href="/x">y</a>',
        '<a title="a > b"class="c" href="/x">y</a>',
        '<p data-x=\'{"a":"<b>"}\'>x</p>',
        '<script>if (a < b && "<a href=\'x>")</script>5',
        '<a href="x"" title="a">y</a>',
        '<img alt="5 > 3" src=/x>',
        "<script>",
        '<a href="x',
    ],
)
def test_a_closed_value_is_left_unchanged(written: str) -> None:
    assert ended(written) == (written, [])


def test_hostile_marks_cost_no_time() -> None:
    for piece in ('<a href="x>', '<a b=">c d="', "<a b='", "<script>", '<a b=">"c="'):
        assert len(ended(piece * 16_000)[1]) <= MAX_ENDED
    with no_more_cpu_than(3):
        assert ended("<!--" * 50_000) == ("<!--" * 50_000, [])
