"""The site below a path of its host: every address on its pages has the path and works."""

import json
import re
import urllib.error
import urllib.request

import pytest

from stoppress.newsroom.models import Article, Section

ADDRESS = re.compile(r'(?:href|src|action|content)="(/[^"]*)"')
PAGES = ["/", "/section/world/", "/articles/1/", "/no-such-page/", "/admin/login/", "/api/docs"]


@pytest.fixture
def paper(serve):
    server = serve(env={"STOPPRESS_ROOT_PATH": "/paper"})
    server.token = server.run("token", "desk").split()[-1]
    return server


def ask(server, path, **article):
    body = json.dumps(article).encode() if article else None
    request = urllib.request.Request(server.url + path, body)
    request.add_header("Authorization", f"Bearer {server.token}")
    if article:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(errors="replace")  # or a font
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.backend("sqlite", long="postgres")
@pytest.mark.slow("starts a server, and asks for each address of its pages")
def test_every_link_has_the_root_path_and_is_found(paper):
    paper.manage("shell", "-c", "Section.objects.create(slug='world', name='World')")
    status, text = ask(paper, "/paper/api/articles", headline="News", body="Text", section="world")
    assert (status, json.loads(text)["url"]) == (201, "/paper/articles/1/")
    links = set()
    for page in PAGES:
        status, text = ask(paper, f"/paper{page}")
        assert status == (404 if "no-such" in page else 200), page
        links |= set(ADDRESS.findall(text))
        if page != "/api/docs":
            # A proxy that removes the path gets the same page.
            assert set(ADDRESS.findall(ask(paper, page)[1])) == set(ADDRESS.findall(text))
    assert {"/paper/", "/paper/articles/1/"} <= links
    styles = [link for link in links if link.startswith("/paper/static/newsroom/paper.")]
    assert any(re.search(r"\.[0-9a-f]{12}\.css$", link) for link in styles)
    assert "/paper/live/ws" in links
    links -= {"/paper/live/ws"}
    assert {link: ask(paper, link)[0] for link in links} == dict.fromkeys(links, 200)
    for path in ("/paper/live/poll?stream=news", "/live/poll?stream=news"):
        [snapshot, _] = json.loads(ask(paper, path)[1])["frames"]
        [item] = snapshot["items"]
        assert item["url"] == "/paper/articles/1/" and item["section"]["url"].startswith("/paper/")
        assert '"/paper/articles/1/"' in json.dumps(item["view"])
    openapi = json.loads(ask(paper, "/paper/api/openapi.json")[1])
    assert all(path.startswith("/paper/api/") for path in openapi["paths"])


def test_models_know_the_addresses_of_their_pages():
    assert Article(pk=7).get_absolute_url() == "/articles/7/"
    assert Section(slug="world").get_absolute_url() == "/section/world/"
