"""What an editor's browser does with the admin's forms."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from stoppress.newsroom.models import Article

ARTICLES = "/admin/newsroom/article/"


def filled(page: str) -> dict[str, str]:
    """Return what a browser would send for a form as it was served."""
    form: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        box = said.get("type") in {"radio", "checkbox"}
        if said.get("type") != "submit" and "name" in said and ("checked" in tag or not box):
            form[said["name"]] = unescape(said.get("value", "on" if box else ""))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        form[name] = unescape(text)
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else ""
    return form


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
