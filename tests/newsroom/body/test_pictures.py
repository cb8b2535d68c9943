import pytest

from stoppress.newsroom.body.pictures import is_unseen, largest, picture_address, same_picture
from tests.effort import no_more_cpu_than


@pytest.mark.parametrize(
    ("srcset", "address"),
    [
        ("/a.jpg", "/a.jpg"),
        ("/a.jpg 1x, /b.jpg 2x", "/b.jpg"),
        ("/a.jpg 800w,/b.jpg 400w", "/a.jpg"),
        ("/a,b.jpg 2x, /c.jpg", "/a,b.jpg"),
        ("data:image/png;base64,x 9x, /c.jpg 1x", "/c.jpg"),
        ("javascript:x 2x", None),
        ("x", None),
        (", ,", None),
        ("", None),
    ],
)
def test_the_largest_of_a_set_is_its_picture(srcset: str, address: str | None) -> None:
    assert largest(srcset) == address


def test_a_set_without_end_is_read_at_once() -> None:
    with no_more_cpu_than(1):
        for part in (",", "a,", "a ", "a 1x,", " "):
            largest(part * 200_000)


def test_the_address_of_a_lazy_picture_is_preferred_to_its_placeholder() -> None:
    assert picture_address({"src": "/grey.gif", "data-src": "/p.jpg"}) == "/p.jpg"
    assert picture_address({"src": "/p.jpg", "data-src": "lazy"}) == "/p.jpg"
    assert picture_address({"src": "/p.jpg", "srcset": "/q.jpg 2x"}) == "/p.jpg"
    assert picture_address({}, [{"srcset": "/p.avif"}]) == "/p.avif"
    assert picture_address({"src": "data:x", "data-src": "javascript:x"}) is None


@pytest.mark.parametrize("name", ["placeholder.png", "img-placeholder.svg?v=2", "blank.gif"])
def test_a_placeholder_gives_way_to_the_picture_of_a_set(name: str) -> None:
    src = f"https://x.example/{name}"
    assert picture_address({"src": src, "srcset": "/p.jpg 2x"}) == "/p.jpg"
    assert picture_address({"src": src}, [{"srcset": "/p.jpg"}]) == "/p.jpg"
    assert picture_address({"src": src}) == src
    assert picture_address({"src": "/point-blank.gif.jpg", "srcset": "/p.jpg"}) != "/p.jpg"


@pytest.mark.parametrize("name", ["data-lazyload", "data-echo", "data-cfsrc", "data-delayed-url"])
def test_the_address_of_a_late_picture_has_many_names(name: str) -> None:
    assert picture_address({"src": "/grey.gif", name: "/p.jpg"}) == "/p.jpg"


def test_a_picture_of_one_pixel_counts_readers() -> None:
    assert is_unseen({"width": "1", "height": "1px"})
    assert is_unseen({"style": "border:0; WIDTH: 1px !important; height:0"})
    assert is_unseen({"width": "1", "style": "height:1px"})
    assert not is_unseen({"width": "1"})
    assert not is_unseen({"width": "100", "height": "1"})
    assert not is_unseen({"width": "1", "height": "1", "style": "width:100%;height:auto"})


@pytest.mark.parametrize(
    "hidden",
    [
        {"style": "display:none"},
        {"style": "margin: 0; visibility : hidden"},
        {"style": "max-width:100%;display:none!important"},
        {"style": "opacity: 0.0"},
        {"hidden": ""},
        {"style": "position:absolute; left:-9999px"},
        {"style": "top:-10000px!important;position:fixed"},
    ],
)
def test_a_picture_that_is_hidden_is_not_seen_unless_a_script_is_to_show_it(
    hidden: dict[str, str],
) -> None:
    assert is_unseen({"src": "/17"} | hidden)
    assert not is_unseen({"src": "/grey.gif", "data-src": "/17.jpg"} | hidden)


def test_a_picture_that_only_mentions_hiding_is_visible() -> None:
    assert not is_unseen({"src": "/a.jpg", "style": "position:absolute;left:-20px"})
    assert not is_unseen({"src": "/hidden.jpg", "alt": "A hidden camera", "style": "opacity:0.5"})
    assert not is_unseen({"src": "/a.jpg", "alt": "display:none is CSS", "title": " hidden "})


def test_scheme_and_query_make_no_other_picture() -> None:
    assert same_picture("http://x.example/p.jpg?w=1", "//x.example/p.jpg")
    assert not same_picture("/p.jpg", "/q.jpg")
