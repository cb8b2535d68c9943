import gzip
from pathlib import Path

from stoppress.ingest.files import read_file
from stoppress.ingest.outcome import Fetched, FetchError


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a feed.xml"
    file.write_bytes(b"<rss/>")
    outcome = read_file(file.as_uri(), 100)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"


def test_a_packed_file_is_unpacked_within_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml.gz"
    file.write_bytes(gzip.compress(b"<rss/>"))
    outcome = read_file(file.as_uri(), 100)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"
    file.write_bytes(gzip.compress(b" " * 1000))
    assert read_file(file.as_uri(), 100) == FetchError("It is larger than 100 bytes.")


def test_a_path_that_is_not_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 101)
    for url in [
        "file:///dev/zero",
        tmp_path.as_uri(),
        (tmp_path / "none").as_uri(),
        (tmp_path / "big").as_uri(),
        "file://elsewhere.example/etc/passwd",
        "file:///%00",
        "file:",
    ]:
        assert isinstance(read_file(url, 100), FetchError), url
