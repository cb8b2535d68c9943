from typing import Any

import pytest

from stoppress.live.shared_pages.marked_views import read_by_page


def is_shared(path: str, root: str = "") -> bool:
    return read_by_page({"path": path, "root_path": root}) is not None


@pytest.mark.parametrize("path", ["/", "/section/town/", "/articles/7/"])
def test_the_papers_pages_are_shared(path: str) -> None:
    assert is_shared(path)
    assert is_shared("/paper" + path, root="/paper")
    assert is_shared(path, root="/paper")


def test_a_page_below_the_prefix_of_the_settings_is_shared(settings: Any) -> None:
    settings.FORCE_SCRIPT_NAME = "/paper"
    assert is_shared("/paper/section/town/")


@pytest.mark.parametrize(
    "path", ["/admin/", "/healthz", "/metrics", "/api/articles", "/no/such", "/articles/x/", ""]
)
def test_no_other_view_is_shared(path: str) -> None:
    assert not is_shared(path)


def test_an_address_in_its_own_language_is_found(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.live.shared_pages.tongues"
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    settings.LANGUAGE_CODE = "en"
    assert is_shared("/de/paper") and is_shared("/en/paper")
    assert not is_shared("/paper")


def test_the_papers_pages_read_no_query() -> None:
    for path in ("/", "/section/town/", "/articles/7/"):
        read = read_by_page({"path": path})
        assert read is not None and read.names == frozenset()
