"""The readers' pages: their content, their caching, and what they never use, such as sessions."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, connections
from django.template.loader import render_to_string
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.functional import LazyObject, empty

from stoppress.newsroom.failures import server_error
from stoppress.newsroom.models import Article, Section, Topic
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    publish_article,
    rename_section,
    rename_topic,
    restore_article,
    retract_article,
    update_article,
)
from tests.logged import logged

pytestmark = pytest.mark.django_db

DATA_BLOCK = '<script type="application/ld+json">'
SHARED = "public, max-age=0, s-maxage=2"


@pytest.fixture
def town() -> Section:
    return Section.objects.create(slug="town", name="Town", position=1)


def published(**fields: object) -> Article:
    return publish_article(create_article({"headline": "The bridge is shut"} | fields))


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_front_page_shows_public_news_the_newest_first(client: Client) -> None:
    published(headline="The bridge is shut")
    published(headline="The ferry runs")
    page = text(client.get("/"))
    assert 0 < page.index("The ferry runs") < page.index("The bridge is shut")


def test_a_section_shows_its_own_news_alone(client: Client, town: Section) -> None:
    published(headline="The bridge is shut", section=town)
    published(headline="The ferry runs")
    page = text(client.get("/section/town/"))
    assert "The bridge is shut" in page
    assert "The ferry runs" not in page


def test_pages_without_news_show_a_message(client: Client, town: Section) -> None:
    for address in ("/", "/section/town/"):
        assert "No news yet" in text(client.get(address))


def test_an_article_has_its_text_and_its_facts(client: Client, town: Section) -> None:
    article = published(
        summary="Traffic goes by ferry.",
        body="It was *shut* at nine.\n\n- Divers go down.",
        byline="By Mara Voss",
        located="Kettlewick",
        section=town,
    )
    page = text(client.get(article.get_absolute_url()))
    for part in (
        "Traffic goes by ferry.",
        '<p><bdi class="dateline">Kettlewick</bdi> — It was <em>shut</em> at nine.</p>',
        "<li>Divers go down.</li>",
        "By Mara Voss",
        'href="/section/town/"',
        f"{article.first_published:%H:%M} UTC</time>",
        "<title>The bridge is shut – Stop Press</title>",
        'content="Traffic goes by ferry."',
    ):
        assert part in page


def test_markup_in_a_headline_is_text(client: Client) -> None:
    article = published(headline="<script>alert(1)</script> & co", summary='"><b>x')
    for address in ("/", article.get_absolute_url()):
        page = text(client.get(address))
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
        assert "<script>alert" not in page
        assert "<b>x" not in page


def test_the_original_is_linked_only_where_that_is_an_address(client: Client) -> None:
    for link, linked in (("https://example.org/1?a=b&c", True), ("javascript:alert(1)", False)):
        article = published(source="The Stannet Post")
        Article.objects.filter(pk=article.pk).update(original_url=link)
        page = text(client.get(article.get_absolute_url()))
        assert ('href="https://example.org/1?a=b&amp;c"' in page) is linked
        assert "javascript:" not in page


def test_a_correction_shows_on_every_page_of_the_article(client: Client, town: Section) -> None:
    article = published(section=town)
    correct_article(article, "It is the north pier.", {"summary": "The north pier is cracked."})
    for address in ("/", "/section/town/", article.get_absolute_url()):
        page = text(client.get(address))
        box = re.search(r'<(\w+) class="(?:item-)?correction[^>]*>(.*?)</\1>', page, re.DOTALL)
        assert box
        assert "It is the north pier." in box[0]
        assert "Correction" in box[0]


def test_an_article_tells_its_history(client: Client) -> None:
    article = published()
    update_article(article, {"body": "More."}, note="Adds the engineer.")
    page = text(client.get(article.get_absolute_url()))
    history = page[page.index("History of this article") :]
    assert "Adds the engineer." in history


def test_an_article_in_another_language_has_its_lang_on_every_page(
    client: Client, town: Section
) -> None:
    article = published(section=town, language="ar", headline="الجسر مغلق", summary="منذ التاسعة.")
    for address in ("/", "/section/town/", article.get_absolute_url()):
        page = re.sub(r"<a [^>]*>", "", text(client.get(address)))
        for said in ("الجسر مغلق", "منذ التاسعة."):
            [tag] = re.findall(rf"<(?:h1|h2|p) [^>]*>(?={said}<)", page)
            assert 'lang="ar"' in tag and 'dir="rtl"' in tag


def test_a_breaking_item_has_an_attribute_for_style_sheets(client: Client) -> None:
    article = published(urgency=1)
    for address in ("/", article.get_absolute_url()):
        assert 'data-urgency="1"' in text(client.get(address))


@pytest.mark.parametrize("hold", ["nothing", "publish_at", "embargoed_until"])
def test_a_private_article_has_no_page(client: Client, hold: str) -> None:
    times = {} if hold == "nothing" else {hold: timezone.now() + timedelta(hours=1)}
    draft = create_article({"headline": "Secret canary", **times})
    page = client.get(draft.get_absolute_url())
    assert page.status_code == 404
    for address in ("/", draft.get_absolute_url()):
        assert "canary" not in text(client.get(address))


CANARIES = {
    "headline": "headline canary",
    "summary": "summary canary",
    "body": "body canary",
    "byline": "byline canary",
    "located": "located canary",
    "slugline": "slugline canary",
    "ed_note": "note canary",
    "copyright_notice": "notice canary",
}


def test_a_withdrawn_article_leaves_its_note_and_nothing_else(
    client: Client, town: Section
) -> None:
    article = published(section=town, **CANARIES)
    correct_article(article, "correction canary", {"headline": "second canary"})
    article = retract_article(article, "It named the wrong company.")
    page = client.get(article.get_absolute_url())
    assert page.status_code == 410
    assert "It named the wrong company." in text(page)
    assert f"{article.version_created:%H:%M} UTC</time>" in text(page)
    for address in (article.get_absolute_url(), "/", "/section/town/"):
        response = client.get(address)
        assert "canary" not in text(response) + str(response.headers)


def test_a_restored_article_is_back(client: Client) -> None:
    article = restore_article(retract_article(published(), "A mistake."))
    page = client.get(article.get_absolute_url())
    assert page.status_code == 200
    assert "The bridge is shut" in text(page)


@pytest.mark.parametrize(
    "address",
    [
        "/section/none/",
        "/section/" + "x" * 300 + "/",
        "/articles/7/",
        f"/articles/{10**30}/",
        "/no",
    ],
)
def test_an_unknown_address_gets_the_papers_404(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert "There is no such page" in text(page)


ALL = ["/", "/section/town/", "{article}", "{withdrawn}", "/articles/999/"]


@pytest.fixture
def addresses(town: Section) -> list[str]:
    """One of every kind of page."""
    article = published(section=town).get_absolute_url()
    withdrawn = retract_article(published(), "A mistake.").get_absolute_url()
    return [each.format(article=article, withdrawn=withdrawn) for each in ALL]


@pytest.mark.django_db(transaction=True)
async def test_an_unknown_address_leaves_no_connection_open_in_the_servers_threads(
    async_client: AsyncClient,
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))
    assert (await async_client.get("/nothing/")).status_code == 404
    made = await loop.run_in_executor(None, lambda: vars(connections["default"]))
    assert "stoppress_opened" in made and made["connection"] is None


def test_pages_touch_no_session_user_or_token(client: Client, addresses: list[str]) -> None:
    client.cookies["sessionid"] = "x" * 32
    client.cookies["csrftoken"] = "x" * 32
    for address in addresses:
        response = client.get(address)
        assert "Cookie" not in response.get("Vary", "")
        assert not response.cookies
        request: WSGIRequest = response.wsgi_request
        assert not request.session.accessed
        assert isinstance(request.user, LazyObject)
        assert request.user.__dict__["_wrapped"] is empty
        assert "CSRF_COOKIE_NEEDS_UPDATE" not in request.META


def test_a_signed_in_editor_gets_the_same_bytes(
    client: Client, admin_client: Client, addresses: list[str]
) -> None:
    for address in addresses:
        assert client.get(address).content == admin_client.get(address).content


def test_shared_caches_keep_a_page_for_two_seconds(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        assert client.get(address)["Cache-Control"] == SHARED
    for address in addresses[:3]:
        etag = client.get(address)["ETag"]
        known = client.get(address, headers={"If-None-Match": etag})
        assert (known.status_code, known["Cache-Control"]) == (304, SHARED)


def test_an_address_outside_the_paper_is_for_no_shared_cache(client: Client) -> None:
    assert client.get("/no/such/thing")["Cache-Control"] == "no-cache"


def test_only_get_and_head_are_answered(addresses: list[str]) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in addresses:
        for method in (client.post, client.put, client.delete, client.patch, client.options):
            response = method(address)
            assert response.status_code == 405
            assert response["Allow"] == "GET, HEAD"
        assert client.head(address).status_code == client.get(address).status_code


def revalidated(client: Client, address: str, etag: str) -> Any:
    return client.get(address, headers={"If-None-Match": etag})


def test_an_unchanged_page_is_not_sent_again(client: Client, addresses: list[str]) -> None:
    for address in addresses[:3]:
        etag = client.get(address)["ETag"]
        for held in (etag, f"W/{etag}", f'"other", {etag}'):
            again = revalidated(client, address, held)
            assert again.status_code == 304
            assert again["ETag"] == etag
            assert not again.content


def test_a_withdrawn_page_is_always_410(client: Client, addresses: list[str]) -> None:
    etag = client.get(addresses[3])["ETag"]
    assert revalidated(client, addresses[3], etag).status_code == 410


def test_a_page_changes_its_etag_with_its_news(client: Client, town: Section) -> None:
    article = published(section=town)
    address = article.get_absolute_url()
    held = {each: client.get(each)["ETag"] for each in ("/", "/section/town/", address)}
    correct_article(article, "It is the north pier.", {"headline": "The north pier is cracked"})
    for each, etag in held.items():
        assert revalidated(client, each, etag).status_code == 200
    retract_article(article, "A mistake.")
    assert revalidated(client, address, held[address]).status_code == 410


def test_an_etag_changes_with_everything_that_the_page_depends_on(
    client: Client, town: Section
) -> None:
    published(section=town)
    etags = [client.get("/")["ETag"]]
    for changed in (
        {"STOPPRESS_LIVE": {"BUILD": "2"}},
        {"LANGUAGE_CODE": "de"},
        {"STOPPRESS_DEMO": True},
    ):
        with override_settings(**changed):
            etags.append(client.get("/")["ETag"])
    rename_section(town, "The town")
    etags.append(client.get("/")["ETag"])
    Section.objects.create(slug="harbour", name="Harbour")
    etags.append(client.get("/")["ETag"])
    assert len(set(etags)) == len(etags)


def test_a_topic_shows_its_own_news_of_all_sections(client: Client, town: Section) -> None:
    bridge = Topic.objects.create(slug="the-bridge", name="The bridge")
    published(headline="The bridge is shut", section=town, topics=[bridge])
    published(headline="Herring landings up", section=town)
    page = text(client.get("/topic/the-bridge/"))
    assert "The bridge is shut" in page and "Herring" not in page
    assert re.search("<h1[^>]*>The bridge</h1>", page)
    assert "aria-current" not in page
    assert client.get("/topic/the-bridge/")["Cache-Control"].startswith("public")


def test_an_unknown_topic_is_missing(client: Client) -> None:
    assert client.get("/topic/none/").status_code == 404


def test_a_story_links_to_its_topics(client: Client, town: Section) -> None:
    bridge = Topic.objects.create(slug="the-bridge", name="The bridge")
    article = published(section=town, topics=[bridge])
    page = text(client.get(article.get_absolute_url()))
    assert re.search('<a href="/topic/the-bridge/"[^>]*>The bridge</a>', page)


def test_a_topic_s_new_name_changes_the_etags_of_the_pages_that_say_it(client: Client) -> None:
    bridge = Topic.objects.create(slug="the-bridge", name="The bridge")
    empty = Topic.objects.create(slug="empty", name="Empty")
    told = published(topics=[bridge])
    addresses = ["/topic/the-bridge/", "/topic/empty/", told.get_absolute_url()]
    held = {each: client.get(each)["ETag"] for each in addresses}
    rename_topic(bridge, "The old bridge")
    rename_topic(empty, "No news")
    for each, etag in held.items():
        assert revalidated(client, each, etag).status_code == 200


def test_pages_ignore_their_query(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        plain, asked = client.get(address), client.get(f"{address}?q=poison&page=2")
        assert (asked.status_code, asked.content) == (plain.status_code, plain.content)
        assert asked.get("ETag") == plain.get("ETag")


def test_the_sections_are_in_order_and_the_open_one_is_marked(client: Client) -> None:
    Section.objects.create(slug="sport", name="Sport", position=2)
    Section.objects.create(slug="town", name="Town", position=1)
    page = text(client.get("/section/sport/"))
    navigation = page[page.index("<nav") : page.index("</nav>")]
    assert navigation.index("Town") < navigation.index("Sport")
    current = re.findall(r'<a href="([^"]+)"[^>]*\saria-current', navigation)
    assert current == ["/section/sport/"]


def test_the_paper_has_the_name_it_was_given(client: Client) -> None:
    with override_settings(STOPPRESS_SITE_NAME="The Kettlewick Herald", STOPPRESS_DEMO=True):
        page = text(client.get("/"))
    assert "<title>The Kettlewick Herald</title>" in page
    assert "A demo: everything here is made up." in page


def test_nothing_on_a_page_is_inline_or_from_elsewhere(
    client: Client, addresses: list[str]
) -> None:
    for address in addresses:
        page = text(client.get(address))
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
        scripts = re.findall(r"<script[^>]*>", page)
        assert all("src=" in tag or tag == DATA_BLOCK for tag in scripts)
        loaded = re.findall(
            r'(?:src|<link rel="(?:icon|apple-touch-icon|stylesheet)"[^>]*href)="([^"]+)"', page
        )
        assert loaded
        assert all(each.startswith("/static/") for each in loaded)


def test_times_are_absolute_and_in_utc(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        page = text(client.get(address))
        for shown in re.findall(r"<time [^>]*data-time[^>]*>([^<]+)</time>", page):
            assert re.fullmatch(r"(\d{1,2} \w+ \d{4}, )?\d\d:\d\d UTC|\d{1,2} \w+ \d{4}", shown)


def test_more_news_costs_no_more_queries(client: Client, town: Section) -> None:
    def queries() -> int:
        logged()
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    published(section=town)
    one = queries()
    for _ in range(5):
        published(section=town)
    assert queries() == one


def test_the_page_for_an_internal_error_needs_no_database() -> None:
    assert "An error occurred" in render_to_string("500.html")


@pytest.mark.parametrize(("method", "again"), [("get", True), ("post", False)])
def test_the_error_page_names_the_site_and_has_links(method: str, again: bool) -> None:
    request = getattr(RequestFactory(), method)("/articles/1/")
    said = text(server_error(request))
    assert '<a href="/" dir="auto">Stop Press</a>' in said
    assert '<a href="/">Go to the front page</a>' in said
    assert ("Try again</a>" in said) is again, "what was sent must not be sent twice by a link"
