"""Items show their views; a patch changes only the parts that the server has changed."""

import random
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from stoppress.newsroom.body import body

from .reading import Item, Reader, Tree, feed, html, item, three
from .scripted import cursor
from .trees import changed, random_tree

BODY = "document.querySelector('.body').innerHTML"
# Without how a picture is loaded, which the tree of a text does not say.
PARSED = """() => {
  for (const picture of document.querySelectorAll('img'))
    for (const name of ['loading', 'decoding', 'data-unsized']) picture.removeAttribute(name)
  return document.querySelector('main').innerHTML
}"""

# Shows one view after another in an element of its own, and compares each with one made afresh.
PATCHES = """async views => {
  const { readView } = await import('/static/view.js')
  const { show } = await import('/static/patch.js')
  const parent = document.createElement('main')
  let was = null
  return views.map(tree => {
    was = show(was, readView(tree, true), parent)
    if (!was.node.parentNode) parent.replaceChildren(was.node)
    const fresh = show(null, readView(tree, true), parent)
    const own = []
    const remember = view => { own.push(view.node); view.children.forEach(remember) }
    remember(was)
    return parent.childNodes.length === 1
      && parent.firstChild.isEqualNode(fresh.node)
      && (/data-time/.test(fresh.key) || readView(fresh.node, true).key === fresh.key)
      && own.every(node => parent.contains(node)) || JSON.stringify(tree)
  })
}"""


def showing(*children: Tree, version: int = 1, **attributes: str) -> Item:
    """Return an article whose view has these children."""
    return {**item(1, "1", version), "view": ["article", attributes, *children]}


HTML = "http://www.w3.org/1999/xhtml"


def live(reader: Reader, *children: Tree, **attributes: str) -> Any:
    """Open a page with one article, which the server has rendered."""
    talk = reader.read([showing(*children, **attributes)])
    reader.ask("window.root = document.querySelector('article')")
    return talk


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
    parsed = parser.evaluate(PARSED)
    parser.close()
    assert reader.ask(BODY) == parsed
    assert parsed


def test_random_trees_are_patched_to_what_they_would_be_if_made_afresh(reader: Reader) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    views = [random_tree(chance)]
    for n in range(200):
        # One in ten is another tree altogether.
        views.append(
            changed(chance, views[-1], chance.randrange(6)) if n % 10 else random_tree(chance)
        )
    reader.read([])
    assert [told for told in reader.ask(PATCHES, views) if told is not True] == []


def test_a_long_list_is_patched_too(reader: Reader) -> None:
    rows = [["tr", ["td", f"{n}"], ["td", "x"]] for n in range(1300)]
    other = [
        ["tr", ["td", "new"]],
        *rows[:400],
        *rows[430:900],
        *rows[950:],
        ["tr", ["td", "last"]],
    ]
    reader.read([])
    views = [["table", ["tbody", *rows]], ["table", ["tbody", *other]]] * 2
    assert reader.ask(PATCHES, views) == [True] * 4


def test_a_page_that_says_the_same_as_the_view_is_not_touched(reader: Reader) -> None:
    chance = random.Random(8)
    trees = [random_tree(chance) for _ in range(20)]
    items = [{**item(n, f"{n:02}"), "view": tree} for n, tree in enumerate(trees)]
    talk = reader.read(items)
    reader.ask(
        "window.seen = new MutationObserver(() => {}); seen.observe(document.body, {"
        "childList: true, attributes: true, characterData: true, subtree: true})"
    )
    for shown in items:
        talk.put({**shown, "version": 2})
    reader.wait_until(30)
    own = ["data-fresh", "data-version", "data-order", "data-key", "cursor"]
    assert reader.ask(
        "own => seen.takeRecords().filter(({type, attributeName}) =>"
        " type !== 'attributes' || !own.includes(attributeName)).length", own
    ) == 0  # fmt: skip


def in_use(chance: random.Random, version: int) -> Item:
    """Return a page in use as the server says it: around what is in use, everything may change."""

    def others(most: int = 3) -> list[Tree]:
        names = ("p", "h3", "ul", "aside", "table")
        return [
            [chance.choice(names), {"class": f"c{chance.randrange(9)}"}, f"{chance.random()}"]
            for _ in range(chance.randrange(most + 1))
        ]

    some = {"class": f"c{chance.randrange(9)}"}
    form = ["form", some, *others(1), ["label", some, "Your letter"], ["textarea"], *others(1)]
    details = ["details", some, ["summary", f"More {chance.random()}"], *others(1)]
    audio = ["audio", {"src": "/silence.wav", "loop": "", **some}]
    parts: list[Tree] = []
    for kept in (form, details, ["p", "Selected ", ["em", "text"], "."], audio):
        parts += [*others(), "\n  ", kept, "\n  "]
    return showing(*others(), ["section", some, *parts], *others(), version=version, **some)


@pytest.mark.parametrize("doing", ["typing", "selecting"])
def test_changes_by_reader_and_site_survive_50_changes_of_the_page(
    reader: Reader, doing: str
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    talk = reader.read([in_use(chance, 1)])
    reader.ask("""async () => {
      const find = name => document.querySelector(name)
      window.kept = ['article', 'section', 'form', 'textarea', 'details', 'em', 'audio'].map(find)
      find('details').open = true
      find('details').setAttribute('data-mine', 'yes')
      find('section').append(Object.assign(document.createElement('b'), { id: 'mine' }))
      const audio = find('audio')
      audio.muted = true
      await audio.play()
      window.loads = 0
      audio.addEventListener('loadstart', () => loads++)
      audio.addEventListener('pause', () => loads++)
    }""")
    reader.ask("kept[3].focus()")
    reader.page.keyboard.type("Dear ")
    if doing == "selecting":
        reader.ask("kept[3].blur(); getSelection().selectAllChildren(kept[5].parentNode)")
    for n in range(50):
        talk.put(in_use(chance, n + 2))
        reader.wait_until(11 + n)
        if doing == "typing":
            reader.page.keyboard.type("x")
    assert reader.ask("kept.filter(node => !node.isConnected).map(node => node.localName)") == []
    if doing == "typing":
        assert reader.ask("document.activeElement === kept[3]")
        assert reader.ask("kept[3].value") == "Dear " + "x" * 50
    else:
        assert reader.ask("getSelection().toString()") == "Selected text."
        assert reader.ask("kept[3].value") == "Dear "
    assert reader.ask("kept[4].open && kept[4].dataset.mine") == "yes"
    assert reader.ask("document.querySelector('section > #mine') !== null")
    assert reader.ask("[kept[6].paused, loads]") == [False, 0]
    assert reader.ask("kept[6].currentTime") > 0


def test_a_selection_survives_changes_beside_it(reader: Reader) -> None:
    paragraphs = [["p", "One."], "\n", ["p", "Two ", ["em", "and"], " a half."], "\n", ["p", "3."]]
    talk = live(reader, *paragraphs)
    reader.ask("getSelection().selectAllChildren(document.querySelectorAll('article p')[1])")
    first = [["h2", "First"], "\n", ["p", {"lang": "en"}, "One, changed."], "\n", ["p", "More."]]
    talk.put(showing(*first, *paragraphs[1:], version=2))
    reader.wait_until(11)
    assert reader.ask("getSelection().toString()") == "Two and a half."


def test_an_insertion_keeps_the_elements_after_it(reader: Reader) -> None:
    def said(*names: str) -> list[Tree]:
        return [part for name in names for part in ("\n  ", ["li", ["input"], name])]

    talk = live(reader, ["ul", *said("a", "b", "c"), "\n"])
    reader.ask("window.kept = [...document.querySelectorAll('li')]")
    talk.put(showing(["ul", *said("new", "a", "b", "newer", "c, changed"), "\n"], version=2))
    reader.wait_until(11)
    assert reader.ask("[...document.querySelectorAll('li')].map(li => kept.indexOf(li))") in (
        [-1, 0, 1, 2, -1],
        [-1, 0, 1, -1, 2],
    )
    assert reader.ask("root.innerHTML") == html(
        ["ul", *said("new", "a", "b", "newer", "c, changed"), "\n"]
    )


def test_changed_elements_keep_their_ids(reader: Reader) -> None:
    talk = live(reader, ["p", {"id": "a"}, "1"], ["p", {"id": "b"}, "2"])
    reader.ask("window.kept = document.querySelector('#b')")
    talk.put(showing(["p", {"id": "c"}, "0"], ["p", {"id": "b"}, "3"], version=2))
    reader.wait_until(11)
    assert reader.ask("document.querySelector('#b') === kept && kept.textContent") == "3"


def test_an_element_moved_by_a_script_is_updated_and_a_removed_one_stays_removed(
    reader: Reader,
) -> None:
    talk = live(reader, ["p", {"id": "a"}, "1"], ["p", {"id": "b"}, "1"], ["p", {"id": "c"}, "1"])
    reader.ask("""() => {
      const [a, b] = document.querySelectorAll('article p')
      document.body.append(a)
      b.remove()
    }""")
    talk.put(showing(
        ["p", {"id": "a"}, "2"], ["p", {"id": "b"}, "2"], ["p", {"id": "n"}, "2"],
        ["p", {"id": "c"}, "2"], version=2,
    ))  # fmt: skip
    reader.wait_until(11)
    assert reader.ask("root.innerHTML") == '<p id="n">2</p><p id="c">2</p>'
    assert reader.ask("document.querySelector('body > #a').textContent") == "2"
    talk.put(showing(version=3))
    reader.wait_until(12)
    assert reader.page.locator("#a").count() == 0
    reader.ask("root.remove()")
    talk.put(showing(["p", "back?"], version=4))
    reader.wait_until(13)
    assert reader.page.locator("article").count() == 0


def test_an_item_that_becomes_another_element_keeps_its_place(reader: Reader) -> None:
    talk = reader.read(three())
    talk.put({**item(2, "2", 2), "view": ["section", {"class": "other"}, "Now a section"]})
    reader.wait_until(11)
    assert reader.ask("[...document.querySelectorAll('[data-key]')].map(e => e.localName)") == [
        "article",
        "section",
        "article",
    ]
    shown = reader.page.locator(reader.article(2))
    expect(shown).to_have_attribute("data-version", "2")
    expect(shown).to_have_attribute("data-fresh", "changed")
    talk.remove("article:2", 3)
    reader.wait_until(12)
    assert reader.keys == ["article:3", "article:1"]


def test_the_rows_of_a_table_are_in_its_body(reader: Reader) -> None:
    def row(n: int, goals: int, version: int = 1) -> Item:
        cells = [["th", {"scope": "row"}, f"Match {n}"], ["td", f"{goals}"]]
        return {
            "key": f"match:{n}",
            "order": f"{n}",
            "version": version,
            "view": ["tr", {}, *cells],
        }

    def written(shown: Item) -> str:
        own = f'<tr data-key="{shown["key"]}" data-version="1" data-order="{shown["order"]}">'
        return own + "".join(map(html, shown["view"][2:])) + "</tr>"

    reader.open(f"""<live-feed stream="news" cursor="{cursor(10)}" limit="30"><table>
      <thead><tr><th>Match</th><th>Goals</th></tr></thead>
      <tbody data-items>{written(row(3, 0))}{written(row(1, 0))}</tbody></table>
      <div data-when-empty hidden><p>No match yet.</p></div></live-feed>""")
    talk = reader.server.next()
    talk.greet(10)
    reader.ask("window.kept = document.querySelector('tbody tr')")
    talk.put(row(2, 0))
    talk.put(row(4, 1))
    talk.put(row(0, 1))
    talk.put(row(3, 2, 2))
    reader.wait_until(14)
    assert reader.ask("[...document.querySelector('table').rows].map(row => row.innerText)") == [
        "Match\tGoals", "Match 4\t1", "Match 3\t2", "Match 2\t0", "Match 1\t0", "Match 0\t1",
    ]  # fmt: skip
    assert reader.ask("document.querySelectorAll('tbody tr')[1] === kept")
    for n in range(5):
        talk.remove(f"match:{n}", 9)
    reader.wait_until(19)
    expect(reader.page.get_by_text("No match yet.")).to_be_visible()
    talk.put(row(7, 7, 10))
    reader.wait_until(20)
    assert reader.ask("document.querySelector('tbody').innerText") == "Match 7\t7"
    expect(reader.page.get_by_text("No match yet.")).to_be_hidden()


def test_a_picture_in_svg_is_drawn(reader: Reader) -> None:
    square = ["rect", {"id": "square", "width": "40", "height": "40"}]
    drawing = [
        "svg", {"viewBox": "0 0 80 40", "width": "80", "xml:lang": "en"},
        ["title", "Two squares"],
        ["defs", ["linearGradient", {"id": "shade"}], square],
        ["use", {"xlink:href": "#square"}],
        ["a", {"xlink:href": "javascript:alert(1)"}, ["text", "x"]],
        ["foreignObject", {"width": "40", "height": "40"}, ["p", "HTML", ["svg", ["g"]]]],
    ]  # fmt: skip
    formula = ["math", ["mi", "x"], ["mtext", ["b", "bold"]]]
    talk = live(reader)
    talk.put(showing(drawing, formula, version=2))
    reader.wait_until(11)
    namespaces = "[...root.querySelectorAll('*')].map(e => [e.localName, e.namespaceURI.slice(-4)])"
    assert reader.ask(namespaces) == [
        ["svg", "/svg"], ["title", "/svg"], ["defs", "/svg"], ["linearGradient", "/svg"],
        ["rect", "/svg"], ["use", "/svg"], ["a", "/svg"], ["text", "/svg"],
        ["foreignObject", "/svg"], ["p", "html"], ["svg", "/svg"], ["g", "/svg"],
        ["math", "thML"], ["mi", "thML"], ["mtext", "thML"], ["b", "html"],
    ]  # fmt: skip
    xlink = "http://www.w3.org/1999/xlink"
    assert reader.ask(f"document.querySelector('use').getAttributeNS('{xlink}', 'href')") == (
        "#square"
    )
    assert reader.ask("document.querySelector('svg a').attributes.length") == 0
    assert reader.ask("document.querySelector('use').getBoundingClientRect().width") == 40
    square[1]["width"] = "20"
    drawing[4][1]["xlink:href"] = "#other"
    talk.put(showing(drawing, formula, version=3))
    reader.wait_until(12)
    assert reader.ask("document.querySelector('use').href.baseVal") == "#other"
    assert reader.ask("document.querySelector('rect').width.baseVal.value") == 20


def test_directions_and_space_in_pre_equal_the_servers(reader: Reader) -> None:
    reader.server.style = "pre { font: 10px/10px monospace; margin: 0 }"
    talk = live(reader, ["pre", "\n  one\n\ttwo\n"], dir="ltr", lang="en")
    assert reader.ask("document.querySelector('pre').textContent") == "\n  one\n\ttwo\n"
    lines = "\n\n  שלום\n"
    talk.put(showing(["pre", lines], ["bdi", "مرحبا"], version=2, dir="rtl", lang="he"))
    reader.wait_until(11)
    assert reader.ask("document.querySelector('pre').textContent") == lines
    assert reader.ask("getComputedStyle(document.querySelector('pre')).direction") == "rtl"
    assert reader.ask("[root.dir, root.lang, root.querySelector('bdi').textContent]") == [
        "rtl",
        "he",
        "مرحبا",
    ]


def test_hostile_views_run_nothing(reader: Reader) -> None:
    talk = live(reader)
    script = "javascript:window.hacked=1"
    markup = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
    never = [
        "script", "style", "iframe", "frame", "object", "embed", "base", "meta", "link",
        "template", "noscript", "set", "animate", "animateTransform", "SCRIPT",
    ]  # fmt: skip
    talk.put(
        showing(
            ["p", {"onclick": "hacked=1", "STYLE": "color:red", "ONFOCUS": "hacked=1"}, markup],
            *([name, {"src": script, "href": script}, "hacked=1"] for name in never),
            ["svg", *([name, {"href": script}, "hacked=1"] for name in never)],
            ["a", {"href": " java\nscript:window.hacked=1", "target": "x"}, "link"],
            ["a", {"href": "//other.example/x", "ping": "/a https://b.example"}, "other"],
            ["a", {"HREF": "data:text/html,x", "ping": f"/a {script}"}, "data"],
            ["form", {"action": script}, ["button", {"formaction": script}, "send"]],
            ["img", {"src": "data:image/png;x", "srcset": "/a 1x, data:image/png;x 2x"}],
            ["img", {"alt": "ok", "srcset": "/a,b.png 1x, https://x.example/c.png 640w"}],
            {"p": 1}, None, 7, [["p"], "nested"], [], ["b", ["i"], {"late": "attributes"}],
            ["u", {"x": 1, "y": None, "constructor": "c", "__proto__": "p"}, "last"],
            version=2, srcdoc="x", **{"data-key": "mine", "data-order": "9", "data-version": "99"},
        )
    )  # fmt: skip
    reader.wait_until(11)
    escaped = markup.replace("<", "&lt;").replace(">", "&gt;")
    assert reader.ask("root.innerHTML").replace(' __proto__="p"', "") in (
        f"<p>{escaped}</p><svg></svg>"
        '<a target="x">link</a>'
        '<a href="//other.example/x" ping="/a https://b.example">other</a><a>data</a>'
        "<form><button>send</button></form>"
        '<img><img alt="ok" srcset="/a,b.png 1x, https://x.example/c.png 640w">'
        f"<b><i></i></b><u{attribute}>last</u>"
        for attribute in ("", ' constructor="c"')
    )
    assert reader.ask("root.dataset") == {
        "key": "article:1", "version": "2", "order": "1", "fresh": "changed"
    }  # fmt: skip
    reader.page.get_by_text("link").click()
    assert reader.ask("window.hacked") is None
    for view in (["script", "hacked=1"], "text", {"html": "<b>"}, [["p"]]):
        talk.put({**item(2, "2"), "view": view})
    reader.wait_until(15)
    assert reader.keys == ["article:1"]
    assert talk.open


def test_an_element_whose_name_has_a_colon_is_what_a_parser_makes_of_it(reader: Reader) -> None:
    talk = live(reader)
    talk.put(showing(["o:p", "a"], ["svg", ["svg:script", "window.hacked=1"]], version=2))
    reader.wait_until(11)
    assert reader.ask("root.innerHTML") == (
        "<o:p>a</o:p><svg><svg:script>window.hacked=1</svg:script></svg>"
    )
    assert reader.ask("root.querySelector('o\\\\:p').namespaceURI") == HTML
    assert reader.ask("root.querySelector('svg').firstChild.namespaceURI") == HTML
    assert reader.ask("window.hacked") is None


def test_an_element_with_a_wrong_name_is_reported_and_the_rest_is_shown(reader: Reader) -> None:
    talk = live(reader, ["p", "one"])
    wrong = [["p", {"a b": "c", "title": "d"}, "one"], ["no name", "x", ["p", "y"]], ["p", "two"]]
    talk.put(showing(*wrong, version=2))
    talk.put({**item(2, "2"), "view": ["1", "not even a root"]})
    talk.put(item(3, "3"))
    reader.wait_until(13)
    assert reader.ask("root.innerHTML") == '<p title="d">one</p><p>two</p>'
    assert reader.keys == ["article:3", "article:1"]
    assert len(reader.errors) == 3
    talk.put(showing(["p", "two"], ["q", "three"], version=3))
    reader.wait_until(14)
    assert reader.ask("root.innerHTML") == "<p>two</p><q>three</q>"
    reader.errors.clear()


def test_times_are_shown_in_the_readers_zone(reader: Reader) -> None:
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


def test_an_invalid_time_keeps_the_servers_words(reader: Reader) -> None:
    when = {"data-time": "", "datetime": ""}
    talk = live(reader, ["time", when, "To be announced"])
    talk.put(showing(["time", when, "Postponed"], version=2))
    reader.wait_until(11)
    assert reader.ask("root.textContent") == "Postponed"


def test_a_field_named_like_a_method_hides_nothing_from_the_client(reader: Reader) -> None:
    talk = live(reader, ["form", ["button", {"name": "remove"}, "Remove"]], ["p", "x"])
    talk.put(showing(["p", "y"], version=2))
    talk.put({**item(4, "4"), "view": ["form", ["button", {"name": "remove"}, "Remove"]]})
    talk.remove("article:4", 2)
    reader.wait_until(13)
    assert reader.ask("root.innerHTML") == "<p>y</p>"
    assert reader.page.locator("form").count() == 0


def test_a_time_is_rewritten_only_when_it_changes(reader: Reader) -> None:
    def at(moment: str, text: str, **more: str) -> Tree:
        return ["time", {"data-time": "", "datetime": moment, **more}, text]

    talk = live(reader, at("2026-11-22T20:30:00Z", "22 Nov, 20:30 UTC"))
    told = reader.page.locator("time")
    expect(told).to_have_text("23 Nov 2026, 05:30")
    reader.ask("document.querySelector('time').firstChild.data = 'touched'")
    talk.put(showing(at("2026-11-22T20:30:00Z", "22 Nov, 20:30 UTC", title="x"), version=2))
    reader.wait_until(11)
    expect(told).to_have_text("touched")
    assert "23 November" in (told.get_attribute("title") or "")
    talk.put(showing(at("2026-11-22T21:45:00Z", "22 Nov, 21:45 UTC"), version=3))
    reader.wait_until(12)
    expect(told).to_have_text("23 Nov 2026, 06:45")
    talk.put(showing(at("2026-11-22T21:45:00Z", "x", **{"data-format": "time"}), version=4))
    reader.wait_until(13)
    expect(told).to_have_text("06:45")
    # The year is written where it is not this one.
    this_year = reader.ask("new Date().getFullYear()")
    days = [(this_year, "15 Jun"), (this_year - 1, f"15 Jun {this_year - 1}")]
    for version, (year, day) in enumerate(days, 5):
        noon = at(f"{year}-06-15T12:00:00Z", "x", **{"data-format": "day"})
        talk.put(showing(noon, version=version))
        reader.wait_until(9 + version)
        expect(told).to_have_text(day)
    talk.put(showing(at("", "at an unknown time"), version=7))
    reader.wait_until(16)
    expect(told).to_have_text("at an unknown time")


def plain(number: int, order: str, version: int = 1) -> Item:
    """Return an article without a view."""
    return {"key": f"article:{number}", "order": order, "version": version, "headline": "x"}


def test_a_site_draws_items_without_a_view_itself(reader: Reader) -> None:
    reader.open(feed([], None))
    talk = reader.server.next()
    talk.hello()
    notice = reader.page.locator("[data-when-empty]")
    expect(notice).to_be_visible()
    talk.snapshot(4, [plain(1, "1"), plain(2, "2")])
    talk.put(plain(3, "3"))
    talk.remove("article:1", 2)
    reader.wait_until(6)
    assert reader.page.locator("live-feed > :not(p, button)").count() == 0
    expect(notice).to_be_hidden()
    assert [seen[:2] for seen in reader.ask("window.frames_seen")] == [
        ["snapshot", None],
        ["event", "article:3"],
        ["event", "article:1"],
    ]
    assert talk.open
    talk.remove("article:2", 2)
    talk.remove("article:3", 2)
    reader.wait_until(8)
    expect(notice).to_be_visible()


def test_a_put_without_a_view_in_a_feed_of_views_makes_the_page_ask_for_a_snapshot(
    reader: Reader,
) -> None:
    reader.open(feed(three()) + feed([], 5, "section:world"))
    talk = reader.server.next()
    talk.greet(10)
    reader.wait_for("live")
    talk.put(plain(3, "3", 0))
    talk.put(item(4, "4"))
    reader.wait_until(12)
    assert talk.open, "what is older than the page's changes nothing"
    talk.put(plain(4, "4", 2))
    assert talk.closed() == 4000
    again = reader.server.next()
    assert again.query == ["news", f"section:world@{cursor(5)}"]
    assert reader.keys[0] == "article:4"
    again.hello()
    again.snapshot(13, [item(4, "4", 2, headline="Anew"), plain(5, "1")])
    reader.wait_until(13)
    assert reader.keys == ["article:4"]
    expect(reader.page.get_by_text("Anew")).to_be_visible()
    assert again.open, "a snapshot never makes it ask"
    assert [seen[:2] for seen in reader.ask("window.frames_seen")] == [
        ["event", "article:3"],
        ["event", "article:4"],
        ["snapshot", None],
    ]


def test_a_page_asks_once_for_each_event_without_a_view(reader: Reader) -> None:
    talk = reader.read(three())
    talk.put(plain(4, "4"))
    assert talk.closed() == 4000
    again = reader.server.next()
    again.hello()
    again.snapshot(10, three())  # an older one, and then the event again
    again.put(plain(4, "4"))
    again.put(item(5, "5"))
    reader.wait_until(12)
    assert reader.keys[0] == "article:5"
    assert again.open


def test_asking_for_snapshots_becomes_rarer_each_time(reader: Reader) -> None:
    reader.page.add_init_script(
        "Math.random = () => 0.999; window.asked = 0;"
        "window.WebSocket = class extends WebSocket {"
        "  constructor(...how) { super(...how); window.asked++ } }"
    )
    reader.page.clock.install()
    talk = reader.read(three())
    # The page's clock stands still but for what the test lets pass.
    reader.page.clock.pause_at(reader.ask("new Date(Date.now() + 1000).toISOString()"))
    for n, wait in enumerate((500, 1000, 2000, 500), 1):
        if n == 4:
            # A connection that has lasted five seconds begins the count anew.
            reader.page.clock.run_for(5_000)
        talk.put(plain(3, "3", n + 1))
        assert talk.closed() == 4000
        reader.page.clock.run_for(wait - 20)
        assert reader.ask("window.asked") == n
        reader.page.clock.run_for(20)
        talk = reader.server.next()
        assert talk.query == ["news"]
        talk.hello()
        talk.snapshot(20 * n, three())
        reader.wait_until(20 * n)


def test_after_a_snapshot_without_views_the_site_draws_for_itself(reader: Reader) -> None:
    talk = reader.read(three())
    talk.put(plain(4, "4"))
    assert talk.closed() == 4000
    again = reader.server.next()
    again.hello()
    again.snapshot(11, [plain(n, f"{n}") for n in (4, 3, 2, 1)])
    again.put(plain(3, "3", 2))
    again.put(plain(5, "5"))
    reader.wait_until(13)
    assert reader.keys == ["article:3", "article:2", "article:1"]
    assert again.open
