"""An editor pastes formatted text into the field of an article's text."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.newsroom.body.clipboard import item, word
from tests.services.serve import Server

from .test_pages import act

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

PASSWORD = "a password of the desk's"
SEED = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("editor", password={PASSWORD!r})
"""
HTML = word(
    "<h1>Vote</h1>" + item("1.", "<b>One</b>") + "<p class=MsoNormal>It is <del>17</del>18.</p>"
)
PLAIN = "Vote\n1. One\nIt is 18."
MARKDOWN = "## Vote\n\n1. **One**\n\nIt is 18."
# A paste as the browser tells of one; `formats` are the kinds of text on the clipboard.
PASTE = """(field, formats) => {
    const clipboardData = new DataTransfer()
    for (const [format, text] of Object.entries(formats)) clipboardData.setData(format, text)
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    return !field.dispatchEvent(event)
}"""


@pytest.fixture
def newsroom(serve: Callable[[], Server]) -> Server:
    server = serve()
    act(server, SEED)
    return server


@pytest.fixture
def form(chromium: Browser, newsroom: Server) -> Iterator[Page]:
    """The form of a new article, and no complaint of the browser at the end."""
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{newsroom.url}/admin/newsroom/article/add/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("[name=headline]")).to_be_focused()
    yield page
    context.close()
    assert faults == []


def paste(field: Locator, html: str = HTML, plain: str = PLAIN) -> bool:
    """Paste at the cursor; return whether the page's script has done it."""
    field.focus()
    return bool(field.evaluate(PASTE, {"text/html": html, "text/plain": plain}))


def test_formatted_text_is_pasted_as_markdown_and_can_be_undone(form: Page) -> None:
    field, told = form.locator("[name=body]"), form.locator(".pasted")
    field.fill("Before. After.")
    field.evaluate("field => field.setSelectionRange(7, 8)")  # the space between them
    assert paste(field)
    expect(field).to_have_value(f"Before.\n\n{MARKDOWN}\n\nAfter.")
    expect(told).to_contain_text("The formatting was kept.")
    expect(told).to_contain_text("was deleted with tracked changes was left out: “17”.")

    form.keyboard.type(" And")
    expect(field).to_have_value(f"Before.\n\n{MARKDOWN} And\n\nAfter.")
    for _ in " And":
        form.keyboard.press("Backspace")
    told.get_by_role("button", name="Use the plain text").click()
    expect(field).to_have_value(f"Before.{PLAIN}After.")
    expect(told.locator("p, button")).to_have_count(0)

    field.evaluate("field => field.setSelectionRange(0, field.value.length)")
    assert paste(field)
    expect(field).to_have_value(MARKDOWN)
    form.keyboard.press("Control+z")
    expect(field).to_have_value(PLAIN)
    form.keyboard.press("Control+z")
    expect(field).to_have_value(f"Before.{PLAIN}After.")

    # Text without formatting is the browser's own affair, and so is a picture.
    code = '<meta charset="utf-8"><div><span style="color:red"># Title</span></div>'
    assert not paste(field, code, "# Title")
    bold = code.replace("color:red", "font-weight:bold")
    assert not paste(field, bold.replace("<div>", "<div style='white-space: pre;'>"), "# Title")
    assert not paste(field, "", "plain")
    assert not paste(field, '<img src="https://example.org/a.jpg">', "")

    form.locator("[name=body_format]").select_option("html")
    field.fill("")
    # A part of a line of Word on the web has no other element.
    one = '<span class="TextRun" style="font-size:12pt;font-weight:bold"><span>One</span></span>'
    assert paste(field, f"{one}<span> two</span>", "One two")
    expect(field).to_have_value("<strong>One</strong> two")
    # Nothing but this sentence tells of what was left out before.
    expect(told).to_contain_text("was deleted with tracked changes was left out: “17”.")


def test_nothing_is_lost_while_the_server_does_not_answer(form: Page, newsroom: Server) -> None:
    field, told = form.locator("[name=body]"), form.locator(".pasted")
    form.locator("[name=headline]").fill("The vote")
    # The form waits for the answer: the plain text has no list and no link.
    held: list[Callable[[], None]] = []
    form.route(re.compile("/paste/$"), lambda route: held.append(route.continue_))
    assert paste(field)
    expect(field).to_have_value(PLAIN)
    form.locator("[name=_save]").first.click()
    expect(form).to_have_url(re.compile("/add/$"))
    held.pop()()
    expect(form.locator(".messagelist .success")).to_contain_text("The vote")
    form.get_by_role("link", name="The vote").first.click()
    expect(field).to_have_value(MARKDOWN)

    # What is typed into the pasted text meanwhile stays.
    field.fill("")
    assert paste(field)
    field.evaluate("field => field.setRangeText('s', 4, 4)")
    held.pop()()
    expect(told).to_contain_text("because it was changed meanwhile")
    expect(field).to_have_value(PLAIN.replace("Vote", "Votes"))

    # The same words elsewhere are not the pasted ones, whatever is typed before them.
    field.fill("END ")
    field.evaluate("field => field.setSelectionRange(4, 4)")
    assert paste(field, "<p><b>Bonn</b></p>", "Bonn")
    field.press("Control+Home")
    form.keyboard.type("Bonn is big. ")
    held.pop()()
    expect(field).to_have_value("Bonn is big. END **Bonn**")
    form.keyboard.type("**Bonn** ")
    told.get_by_role("button", name="Use the plain text").click()
    expect(field).to_have_value("Bonn is big. **Bonn** END Bonn")

    form.unroute_all()
    newsroom.stop()
    field.fill("")
    assert paste(field)
    expect(told).to_contain_text("The plain text was pasted, without its formatting")
    expect(field).to_have_value(PLAIN)
