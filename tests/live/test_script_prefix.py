"""Addresses in views: the same on the page, in events and in the hub's snapshots."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test.utils import override_script_prefix
from django.urls import get_script_prefix, reverse

from stoppress import live
from stoppress.live.hub.hub import stop_hub
from stoppress.live.publishing import registry
from stoppress.live.script_prefix import as_specified, path_below, site_prefix
from tests.live.asking import http_scope

HERE = "newsroom:front"


@pytest.fixture
def links():
    """A stream whose items hold an address of the site."""
    live.stream("links", public=True)(
        lambda limit: [{"key": "a", "order": "a", "url": reverse(HERE)}]
    )
    yield
    registry.unregister("links")


@pytest.mark.parametrize(
    ("forced", "path", "root", "below"),
    [
        (None, "/club/scores/", "/club", "/scores/"),
        (None, "/scores/", "/club", "/scores/"),
        (None, "/scores/", "", "/scores/"),
        (None, "/scores/", None, "/scores/"),
        ("/club", "/club/scores/", "", "/scores/"),
        ("/club", "/club/scores/", "/other", "/scores/"),
    ],
)
def test_a_path_is_cut_as_django_cuts_it(settings, forced, path, root, below):
    settings.FORCE_SCRIPT_NAME = forced
    assert path_below({"path": path, "root_path": root}) == below


@pytest.mark.parametrize(
    ("path", "root", "whole"),
    [
        ("/club/scores/", "/club", "/club/scores/"),
        ("/scores/", "/club", "/club/scores/"),
        ("/clubs/", "/club", "/club/clubs/"),
        ("/club", "/club", "/club"),
        ("/", "/club/", "/club/"),
        ("/büro", "/büro", "/büro"),
        ("/scores/", "", "/scores/"),
        ("/scores/", None, "/scores/"),
    ],
)
def test_a_path_is_made_as_the_specification_has_it(path, root, whole):
    scope = {"path": path, "root_path": root, "raw_path": quote(path).encode()}
    specified = as_specified(scope)
    assert specified["path"] == whole and specified["raw_path"] == quote(whole).encode()
    assert not root or specified["root_path"] == root.rstrip("/")


def test_a_forced_name_is_the_root_of_what_the_site_routes(settings):
    settings.FORCE_SCRIPT_NAME = "/club"
    for path in ("/club/chat", "/chat"):
        specified = as_specified({"path": path, "root_path": ""})
        assert (specified["path"], specified["root_path"]) == ("/club/chat", "/club")


async def polled(site, path, **more):
    scope = http_scope(path, "stream=links") | more
    asked = ApplicationCommunicator(site, scope)
    assert (await asked.receive_output(10))["status"] == 200
    body = json.loads((await asked.receive_output(10))["body"])
    await stop_hub()
    return body["frames"][0]["items"][0]["url"]


@pytest.mark.usefixtures("transactional_db", "links")
async def test_the_hubs_snapshot_has_the_addresses_of_the_page(settings):
    site = live.asgi(None)
    assert await polled(site, "/live/poll") == "/"
    # Daphne takes it from a header of the client: it must not be in what all readers get.
    assert await polled(site, "/club/live/poll", root_path="/club") == "/"
    settings.FORCE_SCRIPT_NAME = "/paper"
    assert await polled(site, "/live/poll") == "/paper/"


def test_items_published_in_a_thread_have_the_addresses_of_the_page(settings):
    def told():
        with site_prefix():
            return reverse(HERE)

    settings.FORCE_SCRIPT_NAME = "/paper"
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(told).result(10) == "/paper/"
        assert thread.submit(reverse, HERE).result(10) == "/"
    with override_script_prefix("/of-the-request/"):
        assert told() == "/of-the-request/"
    assert get_script_prefix() == "/"
