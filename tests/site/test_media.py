"""The storage of media: files by default, or a bucket that only the site reads."""

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.test import Client

from stoppress.cli.doctor import _media
from stoppress.newsroom.models import Picture
from stoppress.newsroom.publishing import delete_picture, retract_article
from stoppress.site import media
from stoppress.site.media import storages
from tests.newsroom.desk import public
from tests.newsroom.pictures.made import picture

REGION = "eu-1"
KEYS = {"aws_access_key_id": "an id", "aws_secret_access_key": "a secret"}


def test_media_are_files_by_default():
    assert storages("", "", "", "", "")["default"] == media.FILES


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            ("", "https://s3.example", "", "", ""),
            "STOPPRESS_MEDIA_ENDPOINT needs STOPPRESS_MEDIA_B",
        ),
        (("", "", "", "", "x"), "STOPPRESS_MEDIA_SECRET_KEY needs STOPPRESS_MEDIA_BUCKET"),
        (("paper", "", "", "x", ""), "or neither"),
        (("paper", "s3.example", "", "", ""), "must be an address such as https://"),
        (("paper", "https://a:b@s3.example", "", "", ""), "without a user's name"),
    ],
)
def test_an_invalid_media_setting_is_refused_without_showing_secrets(given, words):
    with pytest.raises(ImproperlyConfigured) as refused:
        storages(*given)
    assert words in str(refused.value) and "a:b" not in str(refused.value)


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setattr(media, "find_spec", lambda name: None)  # as where it is not installed
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'stop-press\[s3\]'"):
        storages("paper", "", "", "", "")


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """Run an S3-compatible service with a bucket; return its address."""
    from moto.server import ThreadedMotoServer  # it takes a second, which no other test needs

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        address = "http://{}:{}".format(*server.get_host_and_port())
        place = {"LocationConstraint": REGION}
        client = boto3.client("s3", endpoint_url=address, region_name=REGION, **KEYS)
        client.create_bucket(Bucket="paper", CreateBucketConfiguration=place)
        yield address
    finally:
        server.stop()


@pytest.fixture
def bucket(service, settings) -> str:
    settings.STORAGES = storages("paper", service, REGION, *KEYS.values())
    return f"{service}/paper"


@pytest.mark.django_db
@pytest.mark.backend("sqlite")
def test_pictures_are_in_the_bucket_and_readers_get_them_by_the_gate_alone(bucket, capsys):
    storm = picture()
    names = storm.file_names()
    assert all(default_storage.exists(name) for name in names)
    address = storm.address(storm.renditions[0])
    assert Client().get(address).status_code == 404
    story = public(image=storm)
    answer = Client().get(address)
    assert (answer.status_code, answer.content) == (200, b"storm 640 webp")
    page = Client().get(story.get_absolute_url())
    for said in (page, answer, Client().get("/")):
        text = f"{said.headers}{said.content}"
        assert urlsplit(bucket).netloc not in text and "X-Amz" not in text
    with pytest.raises(NotImplementedError):
        default_storage.url(names[0])
    retract_article(story, "No.")
    assert Client().get(address).status_code == 404
    assert list(_media()) == [] and "the bucket paper" in capsys.readouterr().out
    unused = picture("unused")
    delete_picture(unused)
    assert Picture.objects.filter(pk=unused.pk).count() == 0


@pytest.mark.django_db
@pytest.mark.backend("sqlite")
def test_a_service_that_does_not_answer_gives_a_clear_answer(bucket, settings, caplog):
    storm = picture()
    public(image=storm)
    options = settings.STORAGES["default"]["OPTIONS"]
    gone = options | {"endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": settings.STORAGES["default"] | {"OPTIONS": gone},
    }
    assert Client().get(storm.address(storm.renditions[0])).status_code == 503
    assert "the storage of media cannot be read: EndpointConnectionError" in caplog.text
    assert "a secret" not in caplog.text
    [wrong] = _media()
    assert wrong.startswith("Media cannot be written to the bucket paper and read again")


@pytest.mark.django_db
@pytest.mark.backend("sqlite")
def test_a_file_that_the_bucket_lacks_is_missing(bucket):
    storm = picture()
    public(image=storm)
    default_storage.delete(storm.file_names()[0])
    assert Client().get(storm.address(storm.renditions[0])).status_code == 404
    default_storage.delete(storm.file_names()[0])  # once more is no error
