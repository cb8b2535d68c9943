"""Every page of the admin at two widths: axe finds nothing, and nothing is wider than the page."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from tests.newsroom.canary.routes import routes
from tests.newsroom.pictures.drawn import drawing, file
from tests.services import backend
from tests.services.serve import Server

from .test_pages import act

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WIDTHS = (390, 1280)
# axe takes most of the time. It looks at half of the pages at each width; in `make long` at all.
AXE_AT_EACH = "STOPPRESS_AXE" in os.environ
PASSWORD = "a password of the desk's"

PNG = file("PNG", drawing((960, 640)))

# A row of each kind, an article in each state, and a chief; prints the rows' numbers.
SEED = f"""
import json
from datetime import timedelta
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from stoppress.ingest.models import Source
from stoppress.live.clock import database_time
from stoppress.live.log.history import read_after, read_head
from stoppress.newsroom.models import ApiToken, AuditEntry, Person, Topic
from stoppress.newsroom.pictures.sandbox import encode_safely
from stoppress.webhooks.models import Delivery, Endpoint

LONG = "Harbourmasterassociationspokespersons say the Kattegat ferry timetable stands until spring"
later = database_time() + timedelta(days=1)
picture = add_picture(encode_safely(bytes.fromhex({PNG.hex()!r})), {{"credit": LONG}})
chief = User.objects.create_user("chief", password={PASSWORD!r}, is_staff=True)
chief.groups.add(Group.objects.get(name="Chief"))
town = Section.objects.create(slug="town", name="Town")
ems = Topic.objects.create(slug="ems", name="The Ems")
ann = Person.objects.create(slug="ann", name="Ann Bee")
said = {{"headline": LONG, "summary": LONG, "body": LONG, "section": town,
         "topics": [ems], "authors": [ann]}}

def draft(**more):
    return create_article(said | more, by="chief", creator=chief)

def sent_back():
    return send_back_article(submit_article(draft(), by="chief"), "Who says so? " * 20, by="chief")

def noted():
    article = correct_article(publish_article(draft(), by="chief"), "It was ten.",
                              {{"summary": "Ten ferries."}}, by="chief")
    add_note(article, "Ask the mayor. " * 9, by="chief")
    return article

articles = {{
    "draft": draft(image=picture),
    "submitted": submit_article(draft(), by="chief"),
    "sent back": sent_back(),
    "discarded": discard_draft(draft(), note="Not ours.", by="chief"),
    "scheduled": draft(publish_at=later, pinned=True),
    "embargoed": draft(embargoed_until=later),
    "public": publish_article(draft(urgency=1), by="chief"),
    "corrected": noted(),
    "retracted": retract_article(publish_article(draft(), by="chief"), "It was never so."),
}}
LogEntry.objects.create(
    user=chief, content_type=ContentType.objects.get_for_model(Article), action_flag=CHANGE,
    object_id=articles["draft"].pk, object_repr=LONG, change_message="long" * 50,
)
story = publish_article(create_article({{**said, "kind": "live", "quiet_hours": 12}},
                                       by="chief", creator=chief), by="chief")
match = publish_article(create_article({{"headline": "Match", "kind": "live"}}), by="chief")

def posted(**more):
    return create_article({{"headline": "Goal!"}} | more, parent=story, by="chief", creator=chief)

posts = [publish_article(posted(headline=LONG, pinned=True, key_event=True, body=LONG)),
         publish_article(posted(headline="", body=LONG)), posted(), publish_article(posted())]
articles |= {{"live story": story, "post": posts[0], "post draft": posts[2], "match": match,
              "retracted post": retract_article(posts[3], "It was never so.")}}
source = Source.objects.create(title="Wire", url="https://wire.example/feed/" + "long/" * 30,
                               healthy=False, last_outcome="The server answered 404 Not Found.")
token, _ = ApiToken.issue("wire desk")
hook = Endpoint(name="archive", url="https://archive.example/" + "long/" * 30, failures=3,
                failing_since=later, retry_at=later)
hook.begin()
head = read_head("wire")
before, stuck = read_after("wire", head.floor, head, 1000)[-2:]
hook.cursor = str(before.cursor)
hook.save()
delivery = Delivery.objects.create(endpoint=hook, message=str(stuck.cursor), attempt=3,
                                   type="article.published", result="failed", time=later,
                                   why=[LONG, {{}}], milliseconds=15_000)
group = Group.objects.get(name="Chief")
rows = {{"section": town, "topic": ems, "person": ann, "picture": picture, "apitoken": token,
         "source": source, "endpoint": hook, "delivery": delivery,
         "group": group, "user": chief, "auditentry": AuditEntry.objects.latest("pk"), **articles}}
print(json.dumps({{name: row.pk for name, row in rows.items()}}))
"""

# The addresses of each route; a word in braces is a row's number.
PAGES = {
    "/admin/": ["/admin/"],
    "/admin/login/": [],  # looked at before the sign-in
    "/admin/password_change/": ["/admin/password_change/"],
    "/admin/password_change/done/": ["/admin/password_change/done/"],
    "/admin/logout/": [],  # it is sent a form
    "/admin/autocomplete/": [],  # it answers in JSON
    "/admin/jsi18n/": [],  # a script
    "/admin/r/<content_type_id>/<object_id>/": [],  # it leads to a public page
    "/admin/<app_label>/": [
        "/admin/newsroom/",
        "/admin/ingest/",
        "/admin/webhooks/",
        "/admin/auth/",
    ],
    "/admin/<url>": [],  # what is nowhere else
    "/admin/newsroom/article/": [
        "/admin/newsroom/article/",
        "/admin/newsroom/article/?q=nothing",
        "/admin/newsroom/article/?state=discarded",
    ],
    "/admin/newsroom/article/paste/": [],  # it answers in JSON
    "/admin/newsroom/article/<object_id>/change/": [
        f"/admin/newsroom/article/{{{state}}}/change/"
        for state in (
            *("draft", "submitted", "sent back", "discarded", "scheduled"),
            *("embargoed", "public", "corrected", "retracted"),
            *("live story", "post", "post draft", "retracted post"),
        )
    ],
    "/admin/newsroom/article/<object_id>/delete/": ["/admin/newsroom/article/{draft}/delete/"],
    "/admin/newsroom/article/<object_id>/history/": ["/admin/newsroom/article/{draft}/history/"],
    "/admin/newsroom/article/<pk>/changes/": ["/admin/newsroom/article/{corrected}/changes/"],
    "/admin/newsroom/article/<pk>/posts/": [
        "/admin/newsroom/article/{live story}/posts/",
        "/admin/newsroom/article/{match}/posts/",
    ],
    "/admin/newsroom/article/<pk>/posts/write/": [
        "/admin/newsroom/article/{live story}/posts/write/"
    ],
    "/admin/newsroom/article/<pk>/move/": ["/admin/newsroom/article/{post}/move/"],
    "/admin/newsroom/article/<pk>/pin/": ["/admin/newsroom/article/{post}/pin/"],
    "/admin/newsroom/article/<pk>/unpin/": ["/admin/newsroom/article/{post}/unpin/"],
    "/admin/newsroom/article/<pk>/pause/": ["/admin/newsroom/article/{live story}/pause/"],
    "/admin/newsroom/article/<pk>/resume/": ["/admin/newsroom/article/{live story}/resume/"],
    "/admin/newsroom/article/<pk>/close/": ["/admin/newsroom/article/{live story}/close/"],
    "/admin/newsroom/article/<pk>/discard/": ["/admin/newsroom/article/{draft}/discard/"],
    "/admin/newsroom/article/<pk>/reopen/": ["/admin/newsroom/article/{discarded}/reopen/"],
    "/admin/newsroom/article/<pk>/restore/": ["/admin/newsroom/article/{retracted}/restore/"],
    "/admin/newsroom/article/<pk>/retract/": ["/admin/newsroom/article/{public}/retract/"],
    "/admin/newsroom/article/<pk>/send_back/": ["/admin/newsroom/article/{submitted}/send_back/"],
    "/admin/newsroom/article/<pk>/withdraw/": ["/admin/newsroom/article/{corrected}/withdraw/"],
    "/admin/newsroom/apitoken/<pk>/renew/": ["/admin/newsroom/apitoken/{apitoken}/renew/"],
    "/admin/newsroom/picture/": [
        "/admin/newsroom/picture/",
        "/admin/newsroom/picture/?_popup=1&_to_field=id",
    ],
    "/admin/newsroom/picture/<pk>/alt/": [],  # it answers in JSON
    **{
        f"/admin/webhooks/endpoint/<pk>/{act}/": [f"/admin/webhooks/endpoint/{{endpoint}}/{act}/"]
        for act in ("rotate", "enable", "disable", "test", "skip")
    },
    # What was sent is never made here, changed or deleted.
    "/admin/webhooks/delivery/add/": [],
    "/admin/webhooks/delivery/<object_id>/delete/": [],
    "/admin/preferences/": ["/admin/preferences/"],
    # An entry of the audit is never made here, changed or deleted, and has no history.
    "/admin/newsroom/auditentry/add/": [],
    "/admin/newsroom/auditentry/<object_id>/delete/": [],
    # A token is never changed, and never deleted.
    "/admin/newsroom/apitoken/<object_id>/delete/": [],
    "/admin/auth/user/<id>/password/": ["/admin/auth/user/{user}/password/"],
}
NEWSROOMS = ("section", "topic", "person", "picture", "apitoken", "auditentry", "article")
OTHERS = ("ingest/source", "webhooks/endpoint", "webhooks/delivery", "auth/group", "auth/user")
for model in (*map("newsroom/{}".format, NEWSROOMS), *OTHERS):
    own, name = f"/admin/{model}/", model.partition("/")[2]
    PAGES.setdefault(own, [own])
    PAGES.setdefault(f"{own}add/", [f"{own}add/"])
    PAGES[f"{own}<object_id>/"] = []  # it leads to the form
    for page in ("change", "delete", "history"):
        PAGES.setdefault(f"{own}<object_id>/{page}/", [f"{own}{{{name}}}/{page}/"])

CHECK = """() => axe.run(document, {resultTypes: ['violations']}).then(found =>
    found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.target.join(' ')])))"""
# A table may scroll by itself on a narrow screen alone.
TOO_WIDE = """narrow => {
    const root = document.documentElement
    const scrolls = element => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
    const tables = narrow ? [] : [...document.querySelectorAll('body *:not(select)')]
    return [root, ...tables.filter(scrolls)]
        .filter(element => element.scrollWidth > element.clientWidth + 1)
        .map(element => `${element.tagName} ${element.id} ${element.className}`)
}"""

# What Django's own templates do, by rule and element; each with its reason.
EXCEPTIONS = {
    ("aria-prohibited-attr", ".help-tooltip"): "a script makes it, inside the label of a filter",
    ("label-title-only", "#searchbar"): "its label is a picture, and a help text stands below",
    ("empty-table-header", "th"): "of the columns for a row's name and for its deletion",
}


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, dict[str, int]]]:
    """The site, and the numbers of its rows."""
    env = {}
    if request.config.getoption("backend") == "postgres":
        env["DATABASE_URL"] = request.config.stash[backend.SERVER].migrated_database()
    server = Server(tmp_path_factory.mktemp("desk") / "data", env, ("--no-worker",))
    try:
        yield server, json.loads(act(server, SEED).splitlines()[-1])
    finally:
        server.end()


@pytest.fixture
def desk(
    site: tuple[Server, dict[str, int]], chromium: Browser
) -> Iterator[tuple[BrowserContext, Server, dict[str, int]]]:
    """A chief's browser, the site, and the numbers of its rows."""
    server, rows = site
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server.url}/admin/login/?next=/admin/")
    sign_in(page)
    page.wait_for_url(f"{server.url}/admin/")
    page.close()
    context.add_init_script(path=AXE)
    yield context, server, rows
    context.close()


def test_every_page_of_the_admin_is_checked():
    own = {route.path for route in routes() if route.path.startswith("/admin/")}
    assert own == set(PAGES)


def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(desk, chromium: Browser):
    context, server, rows = desk
    page = context.new_page()
    faults = faults_of_the_sign_in_page(chromium, server)
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in addresses(rows):
        answer = page.goto(server.url + address)
        assert answer is not None and answer.status == 200, address
        faults += [f"{address}: {complaint}" for complaint in said]
        faults += at_each_width(page, address)
        said.clear()  # axe sets styles, which the policy refuses
    page.close()
    assert not faults, "\n".join(faults)


def test_posts_are_written_with_the_keyboard_alone(desk):
    context, server, rows = desk
    page = context.new_page()
    page.goto(f"{server.url}/admin/newsroom/article/{rows['match']}/posts/write/")
    for headline in ("Kick-off", "Goal for Aurich"):
        expect(page.get_by_label("Headline")).to_be_focused()
        page.keyboard.type(headline)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Body:")).to_be_focused()
        page.keyboard.type("Rain on the pitch.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".messagelist")).to_contain_text(f"“{headline}” was saved.")
    expect(page.locator(".latest-posts > li")).to_have_count(2)
    page.get_by_label("Headline").fill("Half ti")
    page.get_by_label("Key event").check()
    page.get_by_role("button", name="Pin: Kick-off").click()
    expect(page.locator(".messagelist")).to_contain_text("was pinned")
    expect(page.get_by_label("Headline")).to_have_value("Half ti")
    expect(page.get_by_label("Key event")).to_be_checked()
    page.get_by_label("Headline").press_sequentially("me")
    sessions = [each for each in context.cookies() if "session" in each["name"]]
    context.clear_cookies(name=sessions[0]["name"])
    page.keyboard.press("Control+Enter")
    sign_in(page)
    expect(page.get_by_label("Headline")).to_have_value("Half time")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".messagelist")).to_contain_text("“Half time” was saved.")
    expect(page.get_by_label("Headline")).to_have_value("")
    expect(page.get_by_label("Key event")).not_to_be_checked()
    page.reload()
    expect(page.get_by_label("Headline")).to_have_value("")
    page.get_by_label("Headline").fill("Not so")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Write a post").click()
    expect(page.get_by_label("Headline")).to_have_value("")
    page.goto(f"{server.url}/admin/newsroom/article/add/")
    page.wait_for_load_state("load")
    expect(page.get_by_label("Headline")).to_be_focused()
    page.close()


# Gives files to a field as the clipboard, or a drag from another window, does.
GIVE = """(field, [kind, files]) => {
    const data = new DataTransfer()
    for (const [name, bytes] of files) {
        const type = {png: 'image/png', svg: 'image/svg+xml'}[name.split('.')[1]]
        data.items.add(new File([Uint8Array.from(bytes)], name, {type}))
    }
    const about = {bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data}
    const event = kind === 'paste' ? ClipboardEvent : DragEvent
    return !field.dispatchEvent(new event(kind, about))
}"""


def test_pictures_are_pasted_and_dropped_into_a_text(desk):
    context, server, _ = desk
    page = context.new_page()
    page.goto(f"{server.url}/admin/newsroom/article/add/")
    body, said = (
        page.get_by_label("Body:"),
        page.locator(".field-body .picture-uploads [role=status]"),
    )
    body.press_sequentially("Rain.\n\nSun.")
    for _ in "Sun.\n":
        page.keyboard.press("ArrowLeft")
    one, two = (list(file("PNG", drawing((side, 64)))) for side in (64, 96))
    assert body.evaluate(GIVE, ["paste", [["one.png", one]]])
    expect(said).to_contain_text("is in the text.")
    number = int(re.findall(r"Picture (\d+)", said.inner_text())[0])
    expect(body).to_have_value(f"Rain.\n\n![](picture:{number})\n\nSun.")
    asked = page.get_by_label(f"What does picture {number} show")
    asked.fill("The harbour")
    asked.press("Enter")
    expect(said).to_contain_text(f"The alternative text of picture {number} is saved.")
    expect(asked).to_have_count(0)
    expect(page.get_by_role("button", name="Insert a picture …")).to_be_focused()

    body.press("Control+End")
    svg = list(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert body.evaluate(GIVE, ["drop", [["two.svg", svg], ["three.png", two]]])
    expect(page.locator(".field-body .picture-uploads [role=alert]")).to_contain_text(
        "“two.svg” was not uploaded: The file was not accepted. It is an SVG"
    )
    expect(said).to_contain_text(f"Picture {number + 1} is in the text.")
    expect(body).to_have_value(
        f"Rain.\n\n![](picture:{number})\n\nSun.\n\n![](picture:{number + 1})\n\n"
    )
    body.press("Control+z")
    expect(body).to_have_value(f"Rain.\n\n![](picture:{number})\n\nSun.")
    shoot(page, "/pasted", 1280)

    # Who has signed in again in another tab has another token.
    refused = page.locator(".field-image .picture-uploads [role=alert]")
    sessions = [each for each in context.cookies() if "session" in each["name"]]
    context.clear_cookies(name=sessions[0]["name"])
    lead = {"name": "one.png", "mimeType": "image/png", "buffer": bytes(one)}
    choose_lead(page, lead)
    expect(refused).to_contain_text("you are signed out")
    tab = context.new_page()
    tab.goto(f"{server.url}/admin/login/?next=/admin/")
    sign_in(tab)
    tab.wait_for_url(f"{server.url}/admin/")
    tab.close()
    choose_lead(page, lead)
    expect(page.get_by_label("Lead picture:")).to_have_value(str(number))

    # An upload can be cancelled. Those of one drop keep their order and their place, whatever is
    # typed there. A form that is sent meanwhile waits, and takes a text that was only typed.
    add = re.compile("/admin/newsroom/picture/add/")
    held: list[Route] = []
    page.route(add, lambda route: route.continue_() if held else held.append(route))
    body.press("Control+Home")
    page.keyboard.press("End")
    with page.expect_request(add):
        assert body.evaluate(GIVE, ["drop", [["notes.txt", [1]]]])
    page.get_by_role("button", name="Cancel the upload").click()
    refused = page.locator(".field-body .picture-uploads [role=alert]")
    expect(refused).to_have_text("“notes.txt” was not uploaded: you have cancelled it.")
    held.clear()
    body.focus()
    sides = (104, 112, 120)
    drop = [[f"{side}.png", list(file("PNG", drawing((side, 64))))] for side in sides]
    with page.expect_request(add):
        assert body.evaluate(GIVE, ["drop", drop])
    body.press_sequentially(" Wind.")
    page.get_by_label(f"What does picture {number + 1} show").fill("The pier")
    page.get_by_label("Headline").fill("Storm")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(said).to_contain_text("The form is sent as soon as the pictures are uploaded.")
    held[0].continue_()
    expect(page.locator(".messagelist")).to_contain_text("Storm")
    first, second, third = (f"![](picture:{number + more})" for more in (2, 3, 4))
    expect(body).to_have_value(
        f"Rain.\n\n{first}\n\n{second}\n\n{third}\n\n Wind.\n\n![](picture:{number})\n\nSun."
    )
    page.goto(f"{server.url}/admin/newsroom/picture/{number + 1}/change/")
    expect(page.get_by_label("Alternative text:")).to_have_value("The pier")
    page.close()


def test_a_click_on_a_picture_sets_its_focus(desk):
    context, server, rows = desk
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{server.url}/admin/newsroom/picture/{rows['picture']}/change/")
    whole, cut = page.locator(".picture-whole img"), page.locator(".picture-crop img")
    expect(cut).to_be_visible()
    box = whole.bounding_box()
    assert box is not None
    whole.click(position={"x": box["width"] / 4, "y": box["height"] * 3 / 4})
    expect(page.get_by_label("Focus, from the left")).to_have_value("25")
    expect(page.get_by_label("Focus, from the top")).to_have_value("75")
    expect(cut).to_have_css("object-position", "25% 75%")
    page.get_by_label("Focus, from the left").fill("100")
    expect(cut).to_have_css("object-position", "100% 75%")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    page.close()


def choose_lead(page: Page, file: FilePayload) -> None:
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Upload a picture …").click()
    choosing.value.set_files(file)


def faults_of_the_sign_in_page(chromium: Browser, server: Server) -> list[str]:
    context = chromium.new_context()
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(f"{server.url}/admin/login/?next=/admin/")
    faults = at_each_width(page, "/admin/login/")
    context.close()
    return faults


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("chief")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def addresses(rows: dict[str, int]) -> Iterator[str]:
    for those in PAGES.values():
        for address in those:
            yield re.sub(r"\{([\w ]+)\}", lambda found: str(rows[found[1]]), address)


def at_each_width(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page."""
    faults = []
    turn = crc32(address.encode()) % len(WIDTHS)
    for number, width in enumerate(WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        with_axe = AXE_AT_EACH or number == turn
        faults += [f"{address} at {width}: {fault}" for fault in looked_at(page, width, with_axe)]
        shoot(page, address, width)
    return faults


def looked_at(page: Page, width: int, with_axe: bool) -> Iterator[str]:
    for rule, element in page.evaluate(CHECK) if with_axe else []:
        if not any(rule == name and where in element for name, where in EXCEPTIONS):
            yield f"{rule}: {element}"
    for element in page.evaluate(TOO_WIDE, width < 768):
        yield f"wider than its place: {element}"


def shoot(page: Page, address: str, width: int) -> None:
    """Keep a screenshot in the directory STOPPRESS_PICTURES, if it is set."""
    if directory := os.environ.get("STOPPRESS_PICTURES"):
        name = re.sub(r"\W+", "-", address).strip("-")
        page.screenshot(path=Path(directory) / f"{name}-{width}.png", full_page=True)
