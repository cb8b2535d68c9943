"""The README's project on the built package, with static files served as in production."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.services.bare import unpack_wheel

from .club import Club

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

PRODUCTION = """
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}  # Django 6.1
STATIC_ROOT = BASE_DIR / "collected"
STORAGES = {"staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"}}
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True
MIDDLEWARE.insert(1, "servestatic.middleware.ServeStaticMiddleware")
"""
STATIC_HANDLER = "ASGIStaticFilesHandler(application)"
HASHED = re.compile(r"/static/stoppress/live/index\.[0-9a-f]{12}\.js")


@pytest.fixture
def club(tmp_path):
    """The project, whose server itself serves no static file."""
    made = Club(tmp_path, "servestatic", source=unpack_wheel(tmp_path / "wheel"))
    asgi = (made.directory / "club/asgi.py").read_text()
    assert STATIC_HANDLER in asgi
    made.write("club/asgi.py", asgi.replace(STATIC_HANDLER, "application"))
    made.migrate()
    return made


def test_a_page_loads_the_client_as_one_file_named_by_its_content_or_says_why_not(club, chromium):
    page = chromium.new_page()
    modules = []
    page.on("response", lambda one: modules.append((urlsplit(one.url).path, one.status)))
    with club.serving() as address:
        page.goto(address)
        expect(page.locator("live-feed")).to_have_attribute("data-state", "connecting")
        assert ("/static/stoppress/live/index.js", 404) in modules
        assert "nothing serves this site's static files" in club.log.read_text()
    settings = (club.directory / "club/settings.py").read_text()
    club.write("club/settings.py", settings + PRODUCTION)
    assert "stoppress.W032" in club.manage("check", "--deploy")
    club.manage("collectstatic", "--no-input")
    assert "stoppress.W032" not in club.manage("check", "--deploy")
    modules.clear()
    with club.serving() as address:
        page.goto(address)
        expect(page.locator("live-feed")).to_have_attribute("data-state", "live")
        [(first, status)] = [one for one in modules if one[0].startswith("/static/")]
        assert HASHED.fullmatch(first) and status == 200
    page.close()
