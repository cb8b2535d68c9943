import pytest

from stoppress.newsroom.body.body import read
from stoppress.newsroom.body.lost import lost
from tests.effort import no_more_cpu_than


def test_a_warning_quotes_the_text_and_cuts_it() -> None:
    [said] = lost(f"<unknown {'word ' * 50}>")
    assert said.startswith("HTML has no tag “<unknown word word")
    assert len(said) < 100


def test_a_warning_is_given_once() -> None:
    assert lost("<x> <x> <x>") == ["HTML has no tag “<x>”; write &lt; for a bracket in a text."]


def test_a_drawing_without_a_stray_tag_loses_no_text() -> None:
    for drawing in ("<svg></svg>", "<svg/>", "<math></math>", "<svg><text>A\x0bB</text></svg>"):
        assert lost(f"{drawing}<p>Text</p><textarea>typed <b>x</b></textarea>") == []


def test_tags_of_a_drawing_or_a_script_get_no_warning() -> None:
    assert lost("<svg><path d=x></svg><style>a<b</style><p>x</p>") == []


@pytest.mark.parametrize(
    "html",
    [
        *("<table border>", "<p class>", "<div contenteditable>", '<a href="/x" target>', "<map>"),
        *("<iframe sandbox src=/x></iframe>", "<output>5</output>", "<slot>x</slot>", "<data>6"),
        *("<a href=https://e.org/?a=b>x</a>", '<img src="/a.jpg"alt="x 5">', "<br / >", "<param>"),
        *('<p class="a"id="b">', '<a data-x="href=sms:1" href="/ok">', "<p title='>'>", "<p ==x>"),
        *("<p title='<x> <!--'>x", "<!-- <x> --><!--> <!---> <!-- x --!>y", "<!doctype html>"),
        *("<a href=/ok href=sms:1>", "<p title=it's>x", "a < b", "<x-y>"),
    ],
)
def test_text_that_a_parser_understands_gets_no_warning(html: str) -> None:
    assert lost(html) == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (
            "for 5 <b minutes <b>x</b>",
            "This is not an HTML tag, and was left out: “<b minutes <b>x</b>”.",
        ),
        ('<p title="5>x <x>', 'This is not an HTML tag, and was left out: “<p title="5>x <x>”.'),
        ("<a class=b HREF = ' sms:1'>", "A link to a sms: address keeps only its text."),
        ("<a href=java&#115;cript:x>", "A link to a javascript: address keeps only its text."),
        (
            "x <!-- y <x>",
            "A comment is never closed; everything after it was left out: “y <x>”.",
        ),
        ("x <?what?>", "This is not an HTML tag, and was left out: “<?what?>”."),
        ("x <unknown>", "HTML has no tag “<unknown>”; write &lt; for a bracket in a text."),
        ("<Anna: no.> x", "HTML has no tag “<Anna: no.>”; write &lt; for a bracket in a text."),
        ("<five<x-y>x", "HTML has no tag “<five<x-y>”; write &lt; for a bracket in a text."),
    ],
)
def test_a_warning_names_text_that_a_parser_drops(html: str, said: str) -> None:
    assert lost(html) == [said]


@pytest.mark.parametrize("tag", ["o:p", "st1:place", "my-element", "block--wide"])
def test_a_tag_of_a_script_or_of_another_vocabulary_is_no_word(tag: str) -> None:
    assert lost(f"<{tag}>x</{tag}>") == []


@pytest.mark.parametrize(
    "part",
    [
        "<svg>",
        "<svg></svg>",
        "<!--",
        "<script>x",
        "<x ",
        "<a href=",
        '<a ="',
        "<a '",
        "<a b =  ",
        "<b />=",
        " ",
        "<!-",
        "</",
        "<svg>",
        "<svg><svg></svg>",
        "<math><mi>x</math>",
        "<svg>a<template>",
        "<svg><!--",
        "<!-- ",
    ],
)
def test_a_hostile_text_is_looked_through_at_once(part: str) -> None:
    with no_more_cpu_than(2):
        lost("<a " + part * (200_000 // len(part)))
        lost(part * (200_000 // len(part)))
        lost("<svg>" + part * (200_000 // len(part)))


def test_fields_of_libreoffice_lose_nothing():
    body = read("<p>Page <sdfield type=PAGE>7</sdfield> <comment>c</comment></p>", "html")
    assert (body.tree, body.warnings) == ([["p", "Page 7 c"]], ())
    assert len(read("<p>It is <comment> or <sdfield></p>", "html").warnings) == 2
