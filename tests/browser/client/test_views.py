"""What is in an item: text, checked attributes, trees and times."""

import pytest
from playwright.sync_api import Browser

from stoppress.newsroom.body import body

from .reading import Reader, feed, item, three


def test_selected_text_stays_selected_while_other_paragraphs_are_corrected(reader: Reader) -> None:
    talk = reader.read([item(1, "1")])
    body = [["p", "One."], ["p", "Two ", ["em", "and"], " a half."], ["p", "Three."]]
    talk.put(item(1, "1", 2, body=body))
    reader.wait_until(11)
    reader.ask("getSelection().selectAllChildren(document.querySelectorAll('.body p')[1])")
    talk.put(item(1, "1", 3, body=[["h2", "First"], ["p", "One, changed."], *body[1:]]))
    reader.wait_until(12)
    assert reader.ask("getSelection().toString()") == "Two and a half."
    assert reader.ask("document.querySelector('.body').innerHTML") == (
        "<h2>First</h2><p>One, changed.</p><p>Two <em>and</em> a half.</p><p>Three.</p>"
    )


BODIES = {
    "numbers": "17. juni\n\ntext\n\n3. a\n4. b\n4. c\n\n<ol reversed><li>x<li>y</ol>",
    "small type": "10<sup>6<sup>2</sup></sup> H<sub>2</sub>O, ~~5~~ <b>7</b>\n\n---\n\n`x`",
    "tables": "| a | b |\n|---|---|\n| *1* | 2 |\n\nafter",
    "cells": "<table><caption>c<tr><th scope=col colspan=2>a<td rowspan=300><ul><li>b</ul></table>",
    "table in a list": "<ul><li>a<table><tr><td>1<td>2</table>b</ul><table><tr><td>x<hr></table>",
    "links": "<a@b.example> [t](tel:+47) [h](https://x.example/?a=1&b=2) ![p](/p.png)",
    "embeds": "<p>Watch: <iframe src='https://x.example/f' title='A & B'></iframe> now",
    "brackets": "said <name withheld> & <3\n\n> quoted\n\n    code <b>\n",
    "figure": "<figure><img src=/a.png width=10><figcaption>c</figcaption></figure>",
}


@pytest.mark.parametrize("text", BODIES.values(), ids=BODIES)
def test_a_tree_becomes_what_a_parser_makes_of_the_servers_html(
    reader: Reader, chromium: Browser, text: str
) -> None:
    tree = body.tree(text)
    talk = reader.read([item(1, "1")])
    talk.put(item(1, "1", 2, body=tree))
    reader.wait_until(11)
    parser = chromium.new_page()
    parser.set_content(f"<!doctype html><main>{body.html(tree)}</main>")
    parsed = parser.evaluate("document.querySelector('main').innerHTML")
    parser.close()
    assert reader.ask("document.querySelector('.body').innerHTML") == parsed
    assert parsed


def test_of_an_element_it_does_not_know_a_page_shows_the_text(reader: Reader) -> None:
    talk = reader.read([item(1, "1")])
    tree = [["p", "a ", ["later", {"x": "y"}, "b"], ["ol", {"start": "1e9"}, ["li", "c"]]]]
    talk.put(item(1, "1", 2, body=tree))
    reader.wait_until(11)
    assert reader.ask("document.querySelector('.body').innerHTML") == (
        "<p>a b<ol><li>c</li></ol></p>"
    )


def test_only_the_number_of_a_list_may_be_below_zero(reader: Reader) -> None:
    talk = reader.read([item(1, "1")])
    cell = ["td", {"colspan": "-1", "rowspan": "2"}, ["img", {"src": "/p", "width": "-5"}]]
    table = ["table", ["tbody", ["tr", cell]]]
    talk.put(item(1, "1", 2, body=[["ol", {"start": "-1"}, ["li", "c"]], table]))
    reader.wait_until(11)
    assert reader.ask("document.querySelector('.body').innerHTML") == (
        '<ol start="-1"><li>c</li></ol>'
        '<table><tbody><tr><td rowspan="2"><img src="/p"></td></tr></tbody></table>'
    )


def test_hostile_items_are_only_text(reader: Reader) -> None:
    talk = reader.read(three())
    script = "javascript:window.hacked=1"
    markup = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
    talk.put(
        item(
            4, "4", headline=markup, url=script, image="data:text/html,x", section={"name": markup},
            body=[
                ["p", {"onclick": "window.hacked=1", "style": "color:red"}, markup],
                ["script", "window.hacked=1"],
                ["iframe", {"src": script}, ["p", "inside"]],
                ["a", {"href": " java\nscript:window.hacked=1", "target": "x"}, "link"],
                ["a", {"href": "//other.example/x"}, "other"],
                ["img", {"src": "data:image/png;x", "alt": "a", "width": "1e9", "height": 3}],
                ["svg", ["a", {"href": script}, "svg"]],
                {"p": 1}, None, 7, ["P", "capital"], ["__proto__", "proto"], [["p"], "nested"],
            ],
        )
    )  # fmt: skip
    reader.wait_until(11)
    article = reader.page.locator(reader.article(4))
    assert article.locator("h2 a").text_content() == markup
    assert reader.ask(
        "key => document.querySelector(key + ' h2 a').getAttributeNames()", reader.article(4)
    ) == [
        "data-attr-href",
        "data-attr-onclick",
        "data-attr-style",
        "data-attr-srcdoc",
        "data-field",
    ]
    assert article.locator("> img").get_attribute("src") is None
    assert reader.ask("document.querySelector('.body').innerHTML") == (
        f"<p>{markup.replace('<', '&lt;').replace('>', '&gt;')}</p>"
        "window.hacked=1"
        "<p>inside</p>"
        "<a>link</a>"
        '<a href="//other.example/x">other</a>'
        '<img alt="a" height="3">'
        "<a>svg</a>"
        "capitalprotonested"
    )
    article.locator("h2 a").click()
    article.get_by_text("link").click()
    assert reader.ask("window.hacked") is None
    talk.put(item(4, "4", 2, url="https://example.org/4"))
    reader.wait_until(12)
    assert article.locator("h2 a").get_attribute("href") == "https://example.org/4"
    assert reader.ask("document.querySelector('.body').innerHTML") == ""


def test_times_are_told_in_the_readers_zone(reader: Reader) -> None:
    moment = "2026-11-22T20:30:00Z"
    outside = f'<time data-time datetime="{moment}">22 Nov 2026, 20:30 UTC</time>'
    reader.open(outside + feed(three()))
    talk = reader.server.next()
    talk.greet(10)
    talk.put(item(4, "4", first_published=moment))
    reader.wait_until(11)
    assert reader.ask("[...document.querySelectorAll('time')].map(t => t.textContent)") == [
        "23 Nov 2026, 05:30",
        "23 Nov 2026, 05:30",
    ]
    made = reader.page.locator(reader.article(4)).locator("time")
    assert made.get_attribute("datetime") == moment
    assert "23 November 2026" in (made.get_attribute("title") or "")
