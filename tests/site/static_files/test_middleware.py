from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory

from stoppress.site.static_files import middleware


async def ask(path):
    """Ask the middleware as it is made at a server's start."""

    async def page(request):
        return HttpResponse("a page")

    request = RequestFactory().get(path)
    answer = await middleware.StaticFiles(page)(request)
    body = b"".join([part async for part in answer]) if answer.streaming else answer.content
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


async def test_without_a_directory_the_files_of_the_apps_are_served(site):
    assert await ask("/static/sub/paper.js") == (200, "max-age=60, public", "export {}")


async def test_with_debug_a_change_shows_at_once(site, settings):
    settings.DEBUG = settings.SERVESTATIC_AUTOREFRESH = True
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "servestatic"]
    site.write("sub/paper.js", "export { now }")
    status, cached, body = await ask("/static/sub/paper.js")
    assert (status, body) == (200, "export { now }") and "max-age=0" in cached
