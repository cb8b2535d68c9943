import re

import pytest

from stoppress.site.web.permissions_policy import DENIED

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["/", "/nowhere", "/admin/login/", "/api/docs", "/api/articles", "/healthz"]


@pytest.mark.parametrize("path", [*PAGES, "/static/newsroom/favicon.svg"])
def test_every_answer_denies_the_features_that_no_page_uses(client, path):
    policy = client.get(path)["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(
        policy.split(", ")
    )


@pytest.mark.parametrize("name", ["paper.css", "paper.js", "fonts/newsreader-latin-680.woff2"])
def test_answers_that_are_never_pages_have_no_policy(client, name):
    answer = client.get(f"/static/newsroom/{name}")
    assert answer.status_code == 200 and "Permissions-Policy" not in answer.headers


def test_the_policy_is_a_list_as_browsers_read_it(client):
    # RFC 8941, 3.2: a dictionary, here of empty inner lists.
    policy = client.get("/")["Permissions-Policy"]
    assert re.fullmatch(r"[a-z-]+=\(\)(, [a-z-]+=\(\))*", policy)
    assert list(DENIED) == sorted(set(DENIED))
