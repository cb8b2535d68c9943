from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory

from stoppress import live
from stoppress.live.log.history import read_head
from stoppress.live.shared_pages.decorator import HEADER, MARK, SHARED, parse_shown
from tests.live.conftest import put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("board")]


def get(view: Any, **place: object) -> Any:
    return live.shared_page(view)(RequestFactory().get("/"), **place)


def test_a_page_names_the_streams_that_it_has_read_and_where_they_stood() -> None:
    put("a")

    def page(request: HttpRequest, name: str) -> HttpResponse:
        live.snapshot("board")
        live.shows(f"other:{name}")
        return HttpResponse()

    response = get(page, name="x")
    assert parse_shown(response[HEADER]) == {
        "board": read_head("board").cursor,
        "other:x": read_head("other:x").cursor,
    }
    assert response["Cache-Control"] == SHARED


def test_the_first_of_two_reads_counts() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        live.shows("board")
        put("a")
        live.snapshot("board")
        return HttpResponse()

    assert parse_shown(get(page)[HEADER])["board"].position == 0


def test_a_template_response_is_rendered_within_the_decorator() -> None:
    template = engines["django"].from_string('{% load live %}{% live_feed "board" %}')
    response = get(lambda request: SimpleTemplateResponse(template))
    assert response.is_rendered and "board" in parse_shown(response[HEADER])


def test_a_view_may_set_its_own_cache_control() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "private"})

    response = get(page)
    assert response["Cache-Control"] == "private" and HEADER not in response


def test_nothing_is_recorded_outside_of_a_page() -> None:
    live.shows("board")
    live.snapshot("board")
    assert HEADER not in get(lambda request: HttpResponse())


def test_an_unregistered_stream_is_named() -> None:
    with pytest.raises(live.UnknownStream, match="nothing"):
        live.shows("nothing")


def test_an_async_view_is_refused() -> None:
    async def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    with pytest.raises(TypeError, match="page is async"):
        live.shared_page(page)


def test_the_parameters_that_a_view_reads_are_a_list() -> None:
    with pytest.raises(TypeError, match=r"query=\['page'\]"):
        live.shared_page(query="page")


def test_the_mark_is_seen_through_other_decorators() -> None:
    from stoppress.newsroom import views

    assert getattr(views.front, MARK)


def test_an_unreadable_header_names_no_stream() -> None:
    for text in ("", "news", "news@", "news@1-x", "news@1-0123456789abcdef story:1@?"):
        assert parse_shown(text) == {}
