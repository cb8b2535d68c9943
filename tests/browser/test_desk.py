"""An editor at work in the admin, and readers whose pages are open meanwhile."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services.serve import Server

from .gone import wait_until_gone
from .test_pages import act

pytestmark = pytest.mark.timeout(300)

PASSWORD = "a password of the desk's"
SEED = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("editor", password={PASSWORD!r})
Section.objects.create(slug="town", name="Town")
for n in range(3):
    publish(f"Filler {{n}}", section=Section.objects.get())
"""
ITEMS = ":is(live-feed, .river) > [data-key]"


@pytest.fixture
def newsroom(serve: Callable[[], Server]) -> Server:
    server = serve()
    act(server, SEED)
    return server


@pytest.fixture
def open_page(chromium: Browser, newsroom: Server) -> Iterator[Callable[[str], Page]]:
    """Open a page as a reader, and find at the end that it was never loaded again."""
    context = chromium.new_context()
    pages: list[Page] = []

    def open_(address: str) -> Page:
        page = context.new_page()
        page.goto(newsroom.url + address)
        expect(page.locator("live-feed").first).to_have_attribute(
            "data-state", "live", timeout=20_000
        )
        page.evaluate("window.opened = 'once'")  # a reload would forget this
        pages.append(page)
        return page

    yield open_
    opened = [page.evaluate("window.opened") for page in pages]
    context.close()
    assert opened == ["once"] * len(pages)


@pytest.fixture
def desk(chromium: Browser, newsroom: Server) -> Iterator[Page]:
    """The admin's list of articles, signed in."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{newsroom.url}/admin/newsroom/article/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Filler 0")).to_be_visible()
    yield page
    context.close()


def write(desk: Page, headline: str) -> None:
    """Publish a story by the form; it ends at the list of articles."""
    desk.get_by_role("link", name="Add article").first.click()
    desk.locator("[name=headline]").fill(headline)
    desk.locator("[name=summary]").fill("Two were hurt.")
    desk.locator("[name=body]").fill("It began at *nine*.")
    desk.locator("[name=section]").select_option(label="Town")
    desk.locator("[name=_publish]").first.click()
    expect(desk.locator(".messagelist .success")).to_be_visible()


def test_a_publication_reaches_every_open_page_and_add_another_opens_a_new_form(
    desk: Page, open_page: Callable[[str], Page]
) -> None:
    front, town = open_page("/"), open_page("/section/town/")
    write(desk, "Fire in the harbour")
    for page in (front, town):
        expect(page.locator(ITEMS)).to_have_count(4)
        expect(page.locator(ITEMS).first).to_contain_text("Fire in the harbour")
    front.locator(ITEMS).first.get_by_role("link", name="Fire in the harbour").click()
    expect(front.locator("em")).to_have_text("nine")
    front.evaluate("window.opened = 'once'")

    # Saved to add another, it is another form each time.
    desk.get_by_role("link", name="Add article").first.click()
    for headline in ("Fire in the quarry", "Fire in the mill"):
        desk.locator("[name=headline]").fill(headline)
        desk.locator("[name=_addanother]").first.click()
        expect(desk.locator(".messagelist .success")).to_contain_text(headline)
        expect(desk.locator("[name=headline]")).to_have_value("")


def test_a_correction_and_a_retraction_reach_every_open_page(
    desk: Page, open_page: Callable[[str], Page]
) -> None:
    write(desk, "Fire in the harbour")
    front = open_page("/")
    story = open_page(str(front.locator(ITEMS).first.locator("h2 a").get_attribute("href")))

    desk.get_by_role("link", name="Fire in the harbour", exact=True).first.click()
    desk.locator("[name=headline]").fill("Fire in the mill")
    desk.get_by_label("A correction").check()
    desk.locator("[name=note]").fill("It is the mill that burns.")
    desk.locator("[name=_continue]").first.click()
    for page in (front, story):
        item = page.locator(ITEMS).first
        expect(item.get_by_role("heading", name="Fire in the mill")).to_be_visible()
        expect(item.locator(".correction, .item-correction")).to_contain_text(
            "It is the mill that burns."
        )

    desk.get_by_role("link", name=re.compile("^Retract")).click()
    desk.locator("[name=note]").fill("Nothing burns.")
    desk.get_by_role("button", name="Retract").click()
    expect(front.locator(ITEMS)).to_have_count(3)
    expect(story.locator(ITEMS)).to_have_count(0)
    for page in (front, story):
        wait_until_gone(page, "burns|harbour|mill|hurt|nine")


def test_back_and_save_again_makes_no_second_article(
    desk: Page, open_page: Callable[[str], Page]
) -> None:
    write(desk, "Fire in the harbour")
    front = open_page("/")
    expect(front.locator(ITEMS)).to_have_count(4)

    desk.go_back()
    expect(desk.locator("[name=headline]")).to_have_value("Fire in the harbour")
    desk.locator("[name=_publish]").first.click()
    told = desk.locator(".errorlist")
    expect(told).to_contain_text("No second article was made. There is nothing more to do.")

    # The same with other words: they are not lost, and go into no second article either.
    desk.go_back()
    desk.locator("[name=headline]").fill("Fire in the mill")
    desk.locator("[name=_publish]").first.click()
    expect(told).to_contain_text("copy them into that article")
    expect(desk.locator("[name=headline]")).to_have_value("Fire in the mill")
    expect(front.locator(ITEMS)).to_have_count(4)

    with desk.expect_popup() as opened:
        told.get_by_role("link", name="Fire in the harbour").click()
    expect(opened.value.locator("[name=headline]")).to_have_value("Fire in the harbour")

    # Said to be another article, it is one.
    desk.get_by_label("This is another article").check()
    desk.locator("[name=_publish]").first.click()
    expect(front.locator(ITEMS)).to_have_count(5)


LIBEL = """
from stoppress.newsroom.publishing import correct_article
made = publish("He stole it", body="Line.\\n\\n" * 60)
correct_article(made, "Nobody has been charged.", {"headline": "Money is gone"})
print(made.pk)
"""
WITHDRAWN = """
from stoppress.newsroom.publishing import withdraw_version
withdraw_version(Article.objects.get(headline="Money is gone"), [1, 2], note="Libel.")
"""


def test_a_reader_keeps_the_article_and_the_place_when_an_older_version_is_withdrawn(
    newsroom: Server, open_page: Callable[[str], Page]
) -> None:
    article = f"/articles/{act(newsroom, LIBEL)}/"
    story = open_page(article)
    changes = f"{newsroom.url}{article}history/2..3/"
    assert story.request.get(changes).status == 200
    story.evaluate(
        """() => {
            const status = document.querySelector('[data-tell]')
            window.told = []
            new MutationObserver(() => window.told.push(status.textContent))
                .observe(status, {childList: true})
            scrollTo(0, 700)
        }"""
    )
    expect(story.locator(".story-history")).to_contain_text("What changed")
    act(newsroom, WITHDRAWN)
    expect(story.locator(".story-history")).to_contain_text("text has been withdrawn")
    expect(story.locator(".story h1")).to_have_text("Money is gone")
    expect(story).to_have_title(re.compile("^Money is gone"))
    assert story.evaluate("[scrollY, told]") == [700, []]
    # No process keeps the page with the difference in its memory.
    assert story.request.get(changes).status == 404


BEN = """
from stoppress.newsroom.publishing import update_article
update_article(Article.objects.get(headline="Filler 0"), {"body": "Ben's words."}, by="ben")
"""
FOUND = """
article = Article.objects.get(headline="Filler 0")
print(article.version, article.body, article.expires and article.expires.isoformat())
"""


def test_back_loads_a_form_with_the_version_its_editor_has_read(
    desk: Page, newsroom: Server
) -> None:
    desk.get_by_role("link", name="Filler 0").click()
    desk.locator("[name=body]").fill("Ann's words.")
    desk.locator("[name=_save]").first.click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    act(newsroom, BEN)
    # The form that was saved is recognised, and does not replace Ben's words.
    desk.go_back()
    body = desk.locator("[name=body]")
    expect(body).to_have_value("Ann's words.")
    desk.locator("[name=_save]").first.click()
    expect(desk.locator(".errorlist").first).to_contain_text("This form was sent before")
    # With more words it is another change, of the version that it was made from.
    body.fill("Ann's other words.")
    desk.locator("[name=_save]").first.click()
    theirs = desk.get_by_label("Save mine over theirs")
    expect(theirs).not_to_be_checked()
    assert act(newsroom, FOUND).split()[1:3] == ["Ben's", "words."]
    # Left and come back to, the question is still open.
    desk.get_by_role("link", name="Articles").first.click()
    expect(body).to_have_count(0)
    desk.go_back()
    body.fill("Ann's last words.")
    desk.locator("[name=_save]").first.click()
    expect(theirs).not_to_be_checked()
    assert act(newsroom, FOUND).split()[1:3] == ["Ben's", "words."]


def test_back_keeps_the_zone_in_which_a_time_was_typed(desk: Page, newsroom: Server) -> None:
    desk.get_by_role("link", name="Filler 0").click()
    desk.locator("[name=expires_0]").fill("2036-07-01")
    desk.locator("[name=expires_1]").fill("09:00")
    desk.get_by_role("link", name="UTC").first.click()
    desk.locator("[name=time_zone]").select_option("Asia/Tokyo")
    desk.locator("#content [type=submit]").first.click()
    expect(desk.get_by_role("link", name="Asia/Tokyo")).to_be_visible()
    while not desk.locator("[name=expires_1]").count():
        desk.go_back()
    expect(desk.locator("[name=expires_1]")).to_have_value("09:00")
    expect(desk.locator("p:has([name=expires_1]) .timezone")).to_have_text("UTC")
    desk.locator("[name=_save]").first.click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    assert "2036-07-01T09:00:00+00:00" in act(newsroom, FOUND)
