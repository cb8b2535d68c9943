from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from stoppress.site.secret import secret_key
from tests.services.full_disk import files_no_larger_than


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    key = secret_key(tmp_path / "data")
    assert len(key) >= 50 and secret_key(tmp_path / "data") == key
    assert (tmp_path / "data/secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_processes_that_start_together_get_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: secret_key(tmp_path), range(8)))
    assert len(set(keys)) == 1


def test_two_installations_have_two_keys(tmp_path):
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_an_unusable_directory_is_named_with_the_remedy(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="file/data.* STOPPRESS_DATA"):
        secret_key(tmp_path / "file" / "data")


def test_a_full_disk_leaves_no_temporary_file(tmp_path):
    with files_no_larger_than(10), pytest.raises(ImproperlyConfigured, match="cannot keep"):
        secret_key(tmp_path)
    assert list(tmp_path.iterdir()) == []
