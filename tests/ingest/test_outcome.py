import pytest

from stoppress.ingest.outcome import Fetched


@pytest.mark.parametrize("etag", ['"a"', 'W/"a b"', "no quotes"])
def test_a_validator_is_kept_as_it_came(etag: str) -> None:
    assert Fetched(b"", "", headers={"etag": etag}).etag == etag


@pytest.mark.parametrize("etag", ["x" * 501, '"ü"', '"\udcff"'])
def test_a_validator_that_cannot_be_stored_is_dropped(etag: str) -> None:
    assert Fetched(b"", "", headers={"etag": etag}).etag == ""
