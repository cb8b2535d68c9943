import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def policy(client, path):
    header = client.get(path)["Content-Security-Policy"]
    return {rule.split(" ", 1)[0]: rule.split(" ", 1)[-1] for rule in header.split("; ")}


@pytest.mark.parametrize("path", ["/", "/nowhere", "/articles/1/"])
def test_readers_pages_forbid_inline_scripts_and_strings_as_html(client, path):
    rules = policy(client, path)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert rules["trusted-types"] == "'none'"


def test_readers_pages_may_show_the_frames_of_known_providers_and_no_others(client):
    assert policy(client, "/")["frame-src"].split() == [
        "https://www.youtube-nocookie.com",
        "https://player.vimeo.com",
        "https://platform.twitter.com",
        "https://www.instagram.com",
    ]


def test_the_admin_may_build_html_and_nothing_more(client):
    rules = policy(client, "/admin/login/")
    assert rules["script-src"] == "'self'"
    assert "require-trusted-types-for" not in rules and "trusted-types" not in rules
