"""The pictures of an export, made the paper's own."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from stoppress.newsroom.models import Article, Picture
from stoppress.transfer.format import Options
from stoppress.transfer.wordpress.load import load
from tests.services.web import running

from .exports import SITE, picture, post, saved, uploaded

pytestmark = pytest.mark.django_db


def file(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """The directory of the site's uploads."""
    folder = tmp_path / "media" / "2020" / "05"
    folder.mkdir(parents=True)
    return folder


def image(name: str, alt: str = "") -> str:
    return f'<img src="{uploaded(name)}" alt="{alt}">'


def test_featured_image_and_pictures_in_the_text_are_the_papers_own(uploads, take):
    for name, colour in (("lead.png", "red"), ("in-text.png", "blue")):
        (uploads / name).write_bytes(file(colour))
    lead = picture(3, "lead.png", alt="A bridge", caption="The <b>bridge</b>")
    text = image("in-text-300x225.png", alt="A boat")
    report = take(
        lead, picture(4, "in-text.png"), post(7, content=text, values={"_thumbnail_id": "3"})
    )
    article = Article.objects.get()
    assert (article.image.alt, article.image.caption) == ("A bridge", "The bridge")
    other = Picture.objects.exclude(pk=article.image_id).get()
    assert article.body == f"![A boat](picture:{other.pk})"
    assert set(Picture.objects.public()) == {article.image, other}
    assert "2 × picture" in report


def test_a_second_import_fetches_no_picture_again(uploads, take):
    (uploads / "lead.png").write_bytes(file())
    items = (
        picture(3, "lead.png"),
        post(7, content=image("lead.png"), values={"_thumbnail_id": "3"}),
    )
    take(*items)
    assert "1 unchanged" in take(*items)
    assert Picture.objects.count() == 1


def test_a_gallery_without_ids_shows_the_pictures_uploaded_for_the_post(uploads, take):
    (uploads / "a.png").write_bytes(file())
    take(picture(3, "a.png", caption="One", parent=7), post(7, content="[gallery]"))
    assert Article.objects.get().body == f'![](picture:{Picture.objects.get().pk} "One")'


def test_a_picture_that_cannot_be_taken_is_named_and_a_link_stays(uploads, take):
    (uploads / "bad.png").write_bytes(b"no picture")
    content = f"Before\n\n{image('none.png', alt='A bridge')}\n\n{image('bad.png')}\n\nAfter"
    report = take(post(7, content=content))
    links = f"[A bridge]({uploaded('none.png')})\n\n[bad.png]({uploaded('bad.png')})"
    assert Article.objects.get().body == f"Before\n\n{links}\n\nAfter"
    assert f"{uploaded('none.png')} (of “Bridge opens” (post 7)): it is not in" in report
    assert f"{uploaded('bad.png')} (of “Bridge opens” (post 7)): It is a text." in report


@pytest.mark.parametrize(
    "name", ["../../../secret.png", "%2e%2e/%2e%2e/%2e%2e/secret.png", "link.png"]
)
def test_no_file_outside_of_the_directory_is_read(uploads, tmp_path, take, name):
    (tmp_path / "secret.png").write_bytes(file())
    (uploads / "link.png").symlink_to(tmp_path / "secret.png")
    assert "is not in" in take(picture(3, name), post(7, values={"_thumbnail_id": "3"}))
    assert not Picture.objects.exists()


def test_pictures_are_fetched_from_the_site_without_a_directory(tmp_path, settings):
    settings.STOPPRESS_FETCH_PRIVATE = True
    with running() as web:
        web.serve("/wp-content/uploads/2020/05/lead.png", file(), content_type="image/png")
        items = (
            picture(3, "lead.png"),
            picture(4, "gone.png"),
            post(7, content=image("gone.png") + image("lead.png"), values={"_thumbnail_id": "3"}),
        )
        whole = saved(tmp_path, *items)
        whole.write_text(whole.read_text().replace(SITE, web.url))
        report = "\n".join(load(whole, Options(), str))
        assert [path.rpartition("/")[2] for path, _ in web.requests] == ["gone.png", "lead.png"]
    article = Article.objects.get()
    assert article.image == Picture.objects.get()
    assert f"![](picture:{article.image_id})" in article.body
    assert "gone.png (of “Bridge opens” (post 7)): The server answered 404 Not Found." in report


def test_a_site_in_our_own_network_is_not_asked_without_leave(tmp_path):
    with running() as web:
        whole = saved(tmp_path, picture(3, "lead.png"), post(7, values={"_thumbnail_id": "3"}))
        whole.write_text(whole.read_text().replace(SITE, web.url))
        report = "\n".join(load(whole, Options(), str))
        assert web.requests == []
    assert "STOPPRESS_FETCH_PRIVATE" in report


def test_a_site_that_does_not_answer_gets_no_more_requests(tmp_path, settings):
    settings.STOPPRESS_FETCH_PRIVATE = True
    with running() as web:
        gone = web.url
    content = "".join(image(f"{number}.png") for number in range(8))
    whole = saved(tmp_path, post(7, content=content))
    whole.write_text(whole.read_text().replace(SITE, gone))
    report = "\n".join(load(whole, Options(), str))
    assert report.count("is not asked again") == 3


def test_a_dry_run_asks_for_no_picture(tmp_path, settings):
    settings.STOPPRESS_FETCH_PRIVATE = True
    with running() as web:
        whole = saved(tmp_path, picture(3, "lead.png"), post(7, values={"_thumbnail_id": "3"}))
        whole.write_text(whole.read_text().replace(SITE, web.url))
        assert "New: 1 × article." in "\n".join(load(whole, Options(dry_run=True), str))
        assert web.requests == []
