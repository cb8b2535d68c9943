"""The whole road in a real browser: an open page equals the log, whatever happens meanwhile."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from stoppress.live.testing import wait_until_live
from tests.cli.tailing import Tail
from tests.services.serve import Server
from tests.site.log_of import log_of

from .gone import wait_until_gone
from .test_pages import act

pytestmark = pytest.mark.timeout(240)

PROJECT = Path(__file__).parents[2]
ITEMS = ":is(live-feed, .river) > [data-key]"
Open = Callable[[str], Page]


@pytest.fixture
def newsroom(serve) -> Server:
    server: Server = serve()
    act(server, 'Section.objects.create(slug="town", name="Town")')
    act(server, 'Section.objects.create(slug="port", name="Port")')
    act(server, 'for n in range(6): publish(f"Filler {n}", body="Words.")')
    return server


@pytest.fixture
def open_page(chromium: Browser, newsroom: Server) -> Iterator[Open]:
    context = chromium.new_context()
    said: list[str] = []

    def open_(address: str) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "console",
            lambda line: said.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(newsroom.url + address)
        wait_until_live(page, timeout=20)
        expect(page.locator("live-feed").first).to_have_attribute("data-state", "live")
        # Whatever is done to the page from here on, a reload would forget this.
        page.evaluate("window.opened = 'once'")
        return page

    yield open_
    context.close()
    assert said == []


def keys(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(ITEMS, "all => all.map(e => e.dataset.key)")
    return found


def still_open(page: Page) -> bool:
    return bool(page.evaluate("window.opened === 'once'"))


def headlines(page: Page) -> list[str]:
    return page.locator(f"{ITEMS} h2").all_inner_texts()


def test_a_story_of_another_process_or_the_api_comes_to_the_top_and_moves_no_other(
    newsroom, open_page
):
    token = newsroom.run("token", "wire").splitlines()[-1]
    page = open_page("/")
    before = keys(page)
    page.evaluate(f"window.before = [...document.querySelectorAll('{ITEMS}')]")
    act(newsroom, 'publish("Late and well", section=Section.objects.get(slug="town"))')
    expect(page.locator(ITEMS).first).to_contain_text("Late and well")
    assert keys(page)[1:] == before
    assert page.evaluate(
        f"window.before.every((e, n) => document.querySelectorAll('{ITEMS}')[n + 1] === e)"
    )
    request = urllib.request.Request(
        f"{newsroom.url}/api/articles",
        json.dumps({"headline": "From the wire", "section": "port"}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201
    expect(page.locator(ITEMS).first).to_contain_text("From the wire")
    assert keys(page)[2:] == before
    assert still_open(page)


def test_a_story_between_rendering_and_subscribing_appears_once(newsroom, chromium):
    page = chromium.new_page()

    def late(route):
        act(newsroom, 'publish("In between")')
        route.continue_()

    # The server has rendered the page; the client is not there yet.
    page.route("**/paper*.js", late, times=1)
    page.goto(newsroom.url)
    story = page.locator(ITEMS).filter(has_text="In between")
    expect(story).to_have_count(1)
    wait_until_live(page, timeout=20)
    act(newsroom, 'publish("Afterwards")')
    expect(page.locator(ITEMS).filter(has_text="Afterwards")).to_have_count(1)
    assert headlines(page).count("In between") == 1
    page.close()


def test_after_a_deploy_an_open_page_offers_to_reload(newsroom, open_page):
    newsroom.env["STOPPRESS_HEARTBEAT"] = "1"
    newsroom.restart()
    page = open_page("/")
    offer = page.get_by_text("This page has been improved.")
    newsroom.env["STOPPRESS_BUILD"] = "2"
    newsroom.restart()
    # Whatever else a test asks of the page meanwhile would count as an act of the reader.
    page.wait_for_function("() => document.querySelector('[data-live-build]:not([hidden])')")
    expect(offer).to_be_visible()
    assert still_open(page)
    page.get_by_role("link", name="Reload it").click()
    expect(page.locator("live-feed").first).to_have_attribute("data-state", "live")
    assert not still_open(page)
    expect(offer).to_be_hidden()


def test_a_correction_is_shown_as_one_in_place(newsroom, open_page):
    page = open_page("/")
    order = keys(page)
    target = page.locator(f'{ITEMS}[data-key="{order[3]}"]')
    handle = target.element_handle()
    number = order[3].split(":")[1]
    act(newsroom, f"correct_article(article({number}), 'It was six.', {{'headline': 'Now six'}})")
    expect(target).to_contain_text("Now six")
    expect(target).to_contain_text("It was six.")
    expect(target).to_contain_text("Correction")
    assert keys(page) == order
    assert handle is not None and handle.evaluate("e => e.isConnected")


def test_a_retracted_story_leaves_every_open_page_and_its_text_is_nowhere(
    newsroom, open_page, tmp_path
):
    canary = "Zanzibar canary"
    act(
        newsroom,
        f'publish("{canary} headline", summary="{canary} summary", body="{canary} body", '
        'section=Section.objects.get(slug="town"))',
    )
    number = act(newsroom, "print(Article.objects.latest('pk').pk)")
    pages = [open_page(p) for p in ("/", "/section/town/", f"/articles/{number}/")]
    for page in pages:
        expect(page.locator("main")).to_contain_text(canary)
    act(newsroom, f"retract_article(article({number}), 'It was all wrong.')")
    for page in pages:
        expect(page.locator(f'{ITEMS}[data-key="article:{number}"]')).to_have_count(0)
        wait_until_gone(page, canary)
        assert still_open(page)
    for path in ("/", "/section/town/", f"/articles/{number}/", f"/api/articles/{number}"):
        assert canary not in fetch(newsroom, path)
    for stream in ("news", "section:town", f"story:{number}"):
        events, fresh = log_of(newsroom, stream)
        assert canary not in json.dumps([events, fresh])
        assert events[-1][1:3] == [f"article:{number}", "remove"]
    replay = Tail(newsroom, tmp_path, "--from", log_of(newsroom)[0][0][0])
    try:
        replay.until(lambda frames: frames and frames[-1].get("redacts"))
        assert canary not in replay.log.read_text()
    finally:
        replay.end()


def fetch(server: Server, path: str) -> str:
    try:
        with urllib.request.urlopen(server.url + path, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return str(error.read().decode())


def test_a_story_that_moves_leaves_one_page_and_comes_to_the_other(newsroom, open_page):
    act(newsroom, 'publish("Moving house", section=Section.objects.get(slug="town"))')
    number = act(newsroom, "print(Article.objects.latest('pk').pk)")
    town, port = open_page("/section/town/"), open_page("/section/port/")
    assert headlines(town) == ["Moving house"] and headlines(port) == []
    act(
        newsroom,
        f"update_article(article({number}), {{'section': Section.objects.get(slug='port')}})",
    )
    expect(port.locator(ITEMS)).to_contain_text("Moving house")
    expect(town.locator(ITEMS)).to_have_count(0)


def test_after_a_kill_in_the_middle_of_200_publishes_the_page_equals_the_log(newsroom, open_page):
    page = open_page("/")
    command = [sys.executable, "-m", "tests.site.publisher", "200"]
    with subprocess.Popen(
        command, env=newsroom.env, cwd=PROJECT, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as writing:
        assert writing.stdout is not None
        for line in writing.stdout:
            if line == "committed 70\n":
                newsroom.kill9()
            if line == "committed 130\n":
                newsroom.start()
    assert_equals_log(page, newsroom)


def assert_equals_log(page: Page, server: Server) -> None:
    _, fresh = log_of(server)
    wanted = [[item["key"], str(item["version"]), item["order"]] for item in fresh]
    shown = f"""() => JSON.stringify([...document.querySelectorAll('{ITEMS}')].map(
        e => [e.dataset.key, e.dataset.version, e.dataset.order]))"""
    # The page keeps what it had below the floor of its own; above it, it equals fresh state.
    page.wait_for_function(
        f"wanted => ({shown})().startsWith(wanted.slice(0, -1))",
        arg=json.dumps(wanted, separators=(",", ":")),
        timeout=60_000,
    )
    assert still_open(page)


@pytest.mark.backend("sqlite")
def test_an_old_database_put_back_is_shown_as_it_is_and_never_spliced(
    newsroom, open_page, tmp_path
):
    page = open_page("/")
    database, backup = newsroom.data / "stoppress.sqlite3", tmp_path / "backup.sqlite3"
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(backup)) as then:
        now.backup(then)
    before = keys(page)
    act(newsroom, 'publish("Lost with the disk")')
    expect(page.locator(ITEMS).first).to_contain_text("Lost with the disk")
    replaced = tmp_path / "replaced.sqlite3"
    shutil.copy(backup, replaced)
    for leftover in ("-wal", "-shm"):
        Path(f"{database}{leftover}").unlink(missing_ok=True)
    os.replace(replaced, database)
    expect(page.locator("main")).not_to_contain_text("Lost with the disk")
    assert keys(page) == before
    act(newsroom, 'publish("After the restore")')
    expect(page.locator(ITEMS).first).to_contain_text("After the restore")
    assert_equals_log(page, newsroom)


def test_an_old_page_of_the_browsers_cache_heals_itself_when_it_connects(newsroom, open_page):
    page = open_page("/")
    page.goto(f"{newsroom.url}/section/town/")
    act(newsroom, 'publish("While the page was in a cache")')
    page.go_back(wait_until="commit")
    expect(page.locator(ITEMS).first).to_contain_text("While the page was in a cache")
    [navigation] = page.evaluate("performance.getEntriesByType('navigation').map(n => n.toJSON())")
    assert (navigation["type"], navigation["transferSize"]) == ("back_forward", 0)
