"""An editor's browser with the forms of the admin."""

import re
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

from stoppress.newsroom.models import Article

ARTICLES = "/admin/newsroom/article/"


class _Form(HTMLParser):
    """Reads a page's fields as a browser does."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, str] = {}
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "input" and name:
            box = said.get("type") in {"radio", "checkbox"}
            value = said.get("value", "on" if box else "")
            if said.get("type") != "submit" and (not box or "checked" in said):
                self.fields[name] = re.sub(r"[\r\n]", "", value)
        elif tag == "textarea":
            self._text, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
            if "multiple" not in said:
                self.fields[name] = ""
        elif tag == "option" and self._select and "selected" in said:
            self.fields[self._select] = said["value"]

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            # A parser drops the newline at once after <textarea>; a form is sent with CRLF.
            text = self.fields[self._text].removeprefix("\n")
            self.fields[self._text] = re.sub(r"\r\n|\r|\n", "\r\n", text)
            self._text = None
        elif tag == "select":
            self._select = None


def filled(page: str) -> dict[str, str]:
    """Return what a browser would send for a form as it was served."""
    form = _Form()
    form.feed(page)
    form.close()
    return form.fields


def save(
    editor: Client, article: Article | None = None, button: str = "_save", **said: str
) -> HttpResponse:
    """Open a form, fill in what is said, and press a button."""
    address = f"{ARTICLES}{article.pk}/change/" if article else f"{ARTICLES}add/"
    form = filled(editor.get(address).content.decode())
    return editor.post(address, {**form, button: "x", **said})


def errors(response: HttpResponse) -> str:
    assert response.status_code == 200
    lists = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', response.content.decode(), re.S)
    return unescape(" ".join(lists))


def decide(editor: Client, article: Article, decision: str, note: str) -> HttpResponse:
    return editor.post(f"{ARTICLES}{article.pk}/{decision}/", {"decided": "yes", "note": note})
