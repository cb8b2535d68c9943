"""Programs upload pictures, describe them, and use them in articles."""

import errno
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoppress.newsroom.models import ApiToken, AuditEntry, Picture
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    create_article,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import live_story, post
from tests.newsroom.pictures.drawn import drawing, file
from tests.newsroom.pictures.made import picture
from tests.newsroom.staff import browser_of, user_as

from .caller import Caller

pytestmark = pytest.mark.django_db

PNG = file("PNG")
WORDS = {"alt": "The harbour at noon", "credit": "Ann Ray", "focus_x": "20", "focus_y": "70"}


def upload(api, data=PNG, headers=None, **fields):
    sent = {"file": SimpleUploadedFile("a.png", data, "image/png"), **fields}
    return api.client.post("/api/pictures", sent, headers=headers or {})


def refused(answer, status):
    assert answer.status_code == status, answer.content
    return answer.json()["detail"], answer.json().get("field")


def test_an_upload_is_answered_with_the_picture(api):
    answer = upload(api, **WORDS, caption="Before the storm")
    assert answer.status_code == 201, answer.content
    made = dict(answer.json())
    kept = Picture.objects.get()
    where = f"/media/pictures/{kept.pk}/{kept.digest[:16]}"
    assert made.pop("uploaded").endswith("Z")
    assert made == {
        "id": kept.pk,
        "url": f"{where}-480.jpg",
        "alt": "The harbour at noon",
        "caption": "Before the storm",
        "credit": "Ann Ray",
        "width": 480,
        "height": 320,
        "focus": [20, 70],
        "renditions": [
            {"url": f"{where}-{width}.{format}", "width": width, "height": height, "type": kind}
            for width, height, format, kind in (
                (320, 213, "webp", "image/webp"),
                (480, 320, "webp", "image/webp"),
                (480, 320, "jpg", "image/jpeg"),
            )
        ],
        "reference": f"picture:{kept.pk}",
        "uses": 0,
        "by": "wire desk",
    }
    assert api.get(f"/pictures/{kept.pk}").json() == answer.json()
    assert api.get("/pictures").json() == {"items": [answer.json()], "next": None}


def test_the_same_file_sent_again_makes_no_second_picture(api):
    first = upload(api, alt="One").json()
    again = upload(api, alt="Two")
    assert (again.status_code, again.json()) == (200, first)
    other = Caller("night desk")
    assert upload(other).status_code == 201  # another program's picture is its own
    assert Picture.objects.count() == 2


def test_a_key_belongs_to_one_upload(api):
    key = {"Idempotency-Key": "one"}
    first = upload(api, headers=key, alt="One").json()
    again = upload(api, headers=key, alt="One")
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    other = upload(api, file("PNG", drawing((64, 64))), headers=key, alt="One")
    assert refused(other, 422)[1] == "Idempotency-Key"


def test_a_missing_alternative_text_is_asked_for(api):
    made = upload(api).json()
    [question] = made["questions"]
    assert f"Picture {made['id']} has no alternative text" in question
    told = api.patch(f"/pictures/{made['id']}", {"alt": "The harbour", "focus_x": 0}).json()
    assert "questions" not in told
    assert (told["alt"], told["focus"]) == ("The harbour", [0, 50])


@pytest.mark.parametrize(
    ("sent", "status", "words", "field"),
    [
        ({}, 422, "file is required", "file"),
        ({"file": "words"}, 422, "file must be sent as a file", "file"),
        ({"file": [PNG, PNG]}, 422, "file must be one file", "file"),
        ({"file": PNG, "other": PNG}, 422, "other is not a file of this call", "other"),
        ({"file": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, 422, "Export it as PNG", "file"),
        ({"file": b""}, 422, "The file is empty", "file"),
        ({"file": PNG, "title": "x"}, 422, "title is not a field of this call", "title"),
        ({"file": PNG, "alt": ["a", "b"]}, 422, "alt is given twice", "alt"),
        ({"file": PNG, "alt": "a" * 501}, 422, "alt ", "alt"),
        ({"file": PNG, "focus_x": "101"}, 422, "focus_x ", "focus_x"),
    ],
)
def test_an_invalid_upload_is_refused_with_a_message(api, sent, status, words, field):
    def part(value):
        return SimpleUploadedFile("a", value) if isinstance(value, bytes) else value

    sent = {
        name: [part(each) for each in value] if isinstance(value, list) else part(value)
        for name, value in sent.items()
    }
    detail, named = refused(api.client.post("/api/pictures", sent), status)
    assert words in detail
    assert named == field
    assert not Picture.objects.exists()


def test_a_body_that_is_not_a_form_is_refused(api):
    assert "multipart/form-data" in refused(api.post("/pictures", {"file": "x"}), 415)[0]
    kind = "multipart/form-data; boundary=x"
    answer = api.client.post("/api/pictures", b"--x\r\n", content_type="multipart/form-data")
    assert "is not multipart/form-data: Invalid boundary" in refused(answer, 400)[0]
    answer = api.client.post("/api/pictures", b"\xff" * 20, content_type=kind)
    assert refused(answer, 422) == ("file is required.", "file")


def test_a_file_that_is_too_large_is_refused(api, settings):
    settings.STOPPRESS_MAX_PICTURE = 100
    assert "larger than 100 bytes" in refused(upload(api), 413)[0]


def test_a_missing_temporary_directory_is_a_clear_error(api, settings, tmp_path, caplog):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "missing"
    large = PNG + bytes(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
    answer = upload(api, large)
    assert "has no space for the file, and nothing was saved" in refused(answer, 503)[0]
    assert answer["Retry-After"]
    editor = browser_of(user_as("Editor"))
    editor.raise_request_exception = False
    sent = {"file": SimpleUploadedFile("a.png", large)}
    answer = editor.post("/admin/newsroom/picture/add/", sent)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "has no space for the file" in answer.content.decode()
    assert caplog.text.count("cannot be kept in the temporary directory") == 2
    assert "Traceback" not in caplog.text


class Full(FileSystemStorage):
    """A disk that is full after a part of the second file."""

    def _save(self, name, content):
        if "480" not in name:
            return super()._save(name, content)
        Path(self.path(name)).write_bytes(b"a part")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_storage_that_fails_leaves_nothing(api, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.Full"}}
    answer = upload(api)
    assert "could not be stored, and nothing was saved" in refused(answer, 503)[0]
    assert answer["Retry-After"]
    assert not Picture.objects.exists()
    assert list(tmp_path.rglob("*")) == [tmp_path / "pictures"]


def test_a_storage_that_deletes_nothing_is_named_in_the_log(
    api, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    made, asked = Picture.objects.get(pk=upload(api).json()["id"]), []

    def fails(name):
        asked.append(name)
        raise OSError("down")

    monkeypatch.setattr(default_storage, "delete", fails)  # root deletes any file
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.client.delete(f"/api/pictures/{made.pk}")
    assert answer.status_code == 204 and not Picture.objects.exists()
    assert f"{', '.join(made.file_names())}, pictures/{made.folder} (OSError: down)" in caplog.text
    assert len(asked) == 2  # it is not waited for at each file


def test_pictures_are_listed_the_newest_first(api):
    made = [picture(f"{number}").pk for number in range(3)]
    first = api.get("/pictures?limit=2").json()
    assert [each["id"] for each in first["items"]] == made[:0:-1]
    second = api.get(f"/pictures?limit=2&before={first['next']}").json()
    assert ([each["id"] for each in second["items"]], second["next"]) == (made[:1], None)


def test_each_call_needs_its_scope(api):
    reads, writes = Caller("reader", Scope.READ), Caller("writer", Scope.WRITE)
    assert upload(reads).status_code == 403
    own = upload(writes, alt="Own").json()["id"]
    other = upload(api, alt="Other").json()["id"]
    assert {each["id"] for each in reads.get("/pictures").json()["items"]} == {own, other}
    for pk in (own, other):
        assert reads.patch(f"/pictures/{pk}", {"alt": "x"}).status_code == 403
        assert writes.patch(f"/pictures/{pk}", {"alt": "x"}).status_code == 200
    article = api.article(image=own)
    answer = writes.patch(f"/pictures/{own}", {"alt": "y"})
    assert "a picture that readers see needs the scope publish" in refused(answer, 403)[0]
    assert api.patch(f"/pictures/{own}", {"alt": "y"}).status_code == 200
    assert api.get(f"/articles/{article['id']}").json()["image"]["alt"] == "y"
    assert (
        "An article uses the picture"
        in refused(writes.client.delete(f"/api/pictures/{own}"), 409)[0]
    )
    api.patch(f"/articles/{article['id']}", {"image": None})
    answer = writes.client.delete(f"/api/pictures/{other}")
    assert "somebody else has uploaded needs the scope publish" in refused(answer, 403)[0]
    assert writes.client.delete(f"/api/pictures/{own}").status_code == 204
    assert api.client.delete(f"/api/pictures/{other}").status_code == 204
    assert refused(api.get(f"/pictures/{own}"), 404)[0] == f"There is no picture {own}."


def test_a_program_does_not_own_what_a_user_of_its_name_has_uploaded(api):
    writer = user_as("Reporter", "writer")
    theirs = picture("theirs", by="writer", uploader=writer)
    writes = Caller("writer", Scope.WRITE)
    own = upload(writes).json()["id"]
    writer.delete()
    assert writes.client.delete(f"/api/pictures/{theirs.pk}").status_code == 403
    ApiToken.objects.filter(pk=writes.token.pk).update(name="of another name")
    assert (again := upload(writes)).status_code == 200 and again.json()["id"] == own
    assert writes.client.delete(f"/api/pictures/{own}").status_code == 204


def test_an_article_has_its_lead_picture_until_it_is_retracted(api):
    made = picture(alt="")
    article = api.article(image=made.pk, body=f"![](picture:{made.pk})")
    assert article["image"]["id"] == made.pk
    assert f"The lead picture ({made.pk}) has no alternative text" in article["questions"][0]
    own = f"/articles/{article['id']}"
    assert api.get(f"{own}/versions/1").json()["fields"]["image"] == made.pk
    assert "questions" not in api.patch(own, {"summary": "x"}).json()
    assert api.get(f"/pictures/{made.pk}").json()["uses"] == 1
    assert api.post(f"{own}/retract", {"note": "Wrong."}).json()["image"] is None
    for wrong in (made.pk + 1, 0, "1", True, 2**70):
        assert refused(api.patch(own, {"image": wrong}), 422)[1] == "image"


def test_the_picture_has_no_texts_while_every_article_that_uses_it_is_withdrawn(
    api, django_assert_num_queries
):
    def told():
        [listed] = [each for each in api.get("/pictures").json()["items"] if each["id"] == made.pk]
        assert listed == api.get(f"/pictures/{made.pk}").json()
        return [listed[name] for name in ("alt", "caption", "credit")]

    words = ["The harbour", "Before the storm", "Ann Ray"]
    made = picture("used", **dict(zip(("alt", "caption", "credit"), words, strict=True)))
    assert told() == words
    story = live_story("Storm")
    of_story = post(story, body=f"![x](picture:{made.pk})")
    draft = create_article({"body": f"![](picture:{made.pk})"}, parent=story)
    article = publish_article(create_article({"headline": "Storm", "image": made}))
    retract_article(article, "Wrong.")
    retract_article(story, "Wrong.")
    assert told() == words  # a draft was never public, so it is not withdrawn
    update_article(draft, {"body": "None."})
    assert of_story.pk and told() == [""] * 3
    answer = api.patch(f"/pictures/{made.pk}", {"alt": ""}).json()
    assert (answer["caption"], answer["uses"]) == ("", 2) and "questions" not in answer
    restore_article(article)
    assert told() == ["", *words[1:]]
    with CaptureQueriesContext(connection) as few:
        told()
    picture("another")
    with django_assert_num_queries(len(few)):
        told()


def test_the_audit_records_acts_without_texts(api):
    made = upload(api, **WORDS).json()
    api.patch(f"/pictures/{made['id']}", {"alt": "x", "credit": "y"})
    api.client.delete(f"/api/pictures/{made['id']}")
    entries = AuditEntry.objects.filter(object_kind="picture").order_by("pk")
    assert [
        (each.act, each.actor, each.object_id, each.object_name, each.detail) for each in entries
    ] == [
        ("picture_added", "wire desk", str(made["id"]), "", ""),
        ("picture_changed", "wire desk", str(made["id"]), "", "alt, credit"),
        ("picture_deleted", "wire desk", str(made["id"]), "", ""),
    ]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer sp_nothing"}])
def test_a_request_without_a_valid_token_reads_no_file(headers):
    sent = {"file": SimpleUploadedFile("a.svg", b"<svg/>"), "title": "x"}  # 422 with a token
    assert refused(Client().post("/api/pictures", sent, headers=headers), 401)[1] is None
