from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory

from stoppress.site.static_files import middleware


def started():
    """Return the middleware as it is made at a server's start."""

    async def page(request):
        return HttpResponse("a page")

    return middleware.StaticFiles(page)


async def ask(path, server=None):
    """Ask a server; without one, one that starts now."""
    answer = await (server or started())(RequestFactory().get(path))
    body = b"".join([part async for part in answer]) if answer.streaming else answer.content
    assert answer.headers.get("Content-Length", str(len(body))) == str(len(body))
    return answer.status_code, answer.headers.get("Cache-Control"), body.decode()


async def test_a_digest_that_is_known_is_for_ever_and_a_plain_name_for_a_minute(site):
    site.start()
    assert await ask(static("sub/paper.js")) == (
        200,
        "max-age=31536000, public, immutable",
        "export {}",
    )
    assert await ask("/static/sub/paper.js") == (200, "max-age=60, public", "export {}")


async def test_a_page_from_before_an_update_gets_the_files_that_it_was_made_for(site):
    site.start()
    before = static("sub/paper.js")
    site.write("sub/paper.js", "export { later }")
    site.start()
    assert (await ask(before))[1:] == ("max-age=31536000, public, immutable", "export {}")
    assert (await ask("/static/sub/paper.js"))[2] == "export { later }"


async def test_a_digest_of_another_version_gets_this_versions_file_for_a_minute(site):
    site.start()
    unknown = "/static/sub/paper.0123456789ab.js"
    assert await ask(unknown) == (200, "max-age=60, public", "export {}")
    assert (await ask("/static/none.0123456789ab.js"))[2] == "a page"


async def test_a_plain_name_is_never_an_old_file_that_was_collected_under_it(site):
    site.root.mkdir(parents=True)
    (site.root / "paper.css").write_text("old")
    site.start()
    assert "old" not in (await ask("/static/paper.css"))[2]


async def test_only_collected_files_of_the_directory_are_served(site):
    site.root.mkdir(parents=True)
    for name in ("stoppress.sqlite3", "secret.0123456789ab.txt"):
        (site.root / name).write_text("secret")
    site.start()
    for name in ("stoppress.sqlite3", "secret.0123456789ab.txt", ".lock"):
        assert (await ask(f"/static/{name}"))[2] == "a page"


async def test_without_a_directory_the_files_of_the_apps_are_served(site):
    assert await ask("/static/sub/paper.js") == (200, "max-age=60, public", "export {}")


async def test_an_update_beside_a_running_server_breaks_no_file_of_another_digest(site):
    site.start()
    server = started()
    site.write("sub/paper.js", "export { later }")
    unknown = "/static/sub/paper.0123456789ab.js"
    assert await ask(unknown, server) == (200, "max-age=60, public", "export { later }")


async def test_with_debug_a_change_shows_at_once(site, settings):
    site.start()
    known = static("sub/paper.js")
    settings.DEBUG = settings.SERVESTATIC_AUTOREFRESH = True
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "servestatic"]
    server = started()
    site.write("sub/paper.js", "export { now }")
    # The second is of a page that is open since a start without it.
    for address in ("/static/sub/paper.js", known):
        status, cached, body = await ask(address, server)
        assert (status, body) == (200, "export { now }") and "max-age=0" in cached
