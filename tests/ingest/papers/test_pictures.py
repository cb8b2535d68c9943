"""Another paper's pictures are fetched, and become ours with what it says of them."""

from io import BytesIO

import pytest
from PIL import Image

from stoppress.ingest.models import PictureCopy
from stoppress.ingest.papers.reading import Reading
from stoppress.newsroom.models import Picture
from stoppress.newsroom.publishing import change_picture, update_article
from tests.newsroom.desk import public
from tests.newsroom.pictures.made import picture

from .other import only, paper, read, told_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_network")]


def jpeg() -> bytes:
    file = BytesIO()
    Image.new("RGB", (1280, 853), "navy").save(file, "JPEG")
    return file.getvalue()


def illustrated():
    shown = picture(alt="The bridge", caption="At dawn", focus_x=20)
    public(body=f"![The bridge](picture:{shown.pk})\n\nIt opens.", image=shown)


def serve(web, frames) -> str:
    address = frames[0]["item"]["image"]["url"]
    web.serve(address, jpeg(), content_type="image/jpeg")
    return address


def test_a_picture_is_fetched_once_with_its_texts(web):
    frames = told_by(illustrated)
    address = serve(web, frames)
    read(frames, paper(web.url, cursor=frames[0]["after"]))
    ours = Picture.objects.get()
    said = (ours.alt, ours.caption, ours.credit, ours.focus_x, ours.width)
    assert said == ("The bridge", "At dawn", "Ann Ray", 20, 1280)
    assert only().image == ours
    assert only().body == f"![The bridge](picture:{ours.pk})\n\nIt opens."
    assert [path for path, _ in web.requests] == [address]
    assert "authorization" not in web.requests[0][1]


def test_only_texts_that_the_paper_changes_are_changed_here(web):
    def write():
        illustrated()
        yield
        change_picture(Picture.objects.get(), {"caption": "At dusk"})

    first, second = told_by(write)
    serve(web, [first])
    reading = read([first], paper(web.url, cursor=first["after"]))
    change_picture(Picture.objects.get(), {"alt": "Ours"})
    read([second], reading.source)
    ours = Picture.objects.get()
    assert (ours.alt, ours.caption) == ("Ours", "At dusk")
    assert only().version == 2


def test_a_missing_picture_loses_no_text_and_the_next_event_tries_again(web):
    def write():
        illustrated()
        update_article(only(), {"headline": "Bridge to open"})

    first, second = told_by(write)
    reading = read([first], paper(web.url, cursor=first["after"]))
    there = web.url + first["item"]["image"]["url"]
    assert only().image is None
    assert only().body == f"![The bridge]({there})\n\nIt opens."
    assert reading.tally.missing == ["A picture is missing. The server answered 404 Not Found."]
    serve(web, [first])
    read([second], reading.source)
    assert only().image == Picture.objects.get()
    assert only().body.startswith(f"![The bridge](picture:{only().image_id})")


def test_a_temporary_failure_of_the_server_is_retried(web):
    frames = told_by(illustrated)
    address = frames[0]["item"]["image"]["url"]
    web.serve(address, b"", 503)
    waits = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        serve(web, frames)

    Reading(paper(web.url, cursor=frames[0]["after"]), pause).apply(frames[0])
    assert PictureCopy.objects.get().picture == only().image
    assert waits == [1.0]
