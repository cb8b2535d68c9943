import pytest

from stoppress.site.processes.metrics_file import FIRST_BYTES, MetricsFile
from tests.services.full_disk import files_no_larger_than

KEYS = [f"key {number:04} {'x' * 100}" for number in range(1000)]  # more than its first length


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    monkeypatch.setattr(MetricsFile, "warned", False)  # what other tests left


def write(file, keys):
    for number, key in enumerate(keys):
        file.write_value(key, float(number), 0.0)


def read(keys, values):
    """Return what is wrong with the values of keys that were written."""
    return [(n, key) for n, key in enumerate(keys) if values[key] != (float(n), 0.0)]


def stored(path):
    values = MetricsFile.read_all_values_from_file(str(path))
    return {key.strip(): (value, at) for key, value, at, _ in values}


def in_it(file, keys):
    return {key: file.read_value(key) for key in keys}


def test_every_page_of_the_file_is_on_disk_from_the_start_and_after_growth(tmp_path):
    file = MetricsFile(str(tmp_path / "counter_1.db"))
    for keys in (KEYS[:1], KEYS):
        write(file, keys)
        told = (tmp_path / "counter_1.db").stat()
        assert told.st_blocks * 512 >= told.st_size
    assert told.st_size > FIRST_BYTES
    assert read(KEYS, stored(tmp_path / "counter_1.db")) == []
    file.close()
    again = MetricsFile(str(tmp_path / "counter_1.db"))
    assert read(KEYS, in_it(again, [key.strip() for key in KEYS])) == []
    again.close()


def test_metrics_are_counted_in_memory_on_a_full_disk_with_one_log_line(tmp_path, caplog):
    with files_no_larger_than(FIRST_BYTES - 1):
        one, other = (MetricsFile(str(tmp_path / f"counter_{n}.db")) for n in (1, 2))
    for file in (one, other):
        write(file, KEYS)
        assert read(KEYS, in_it(file, KEYS)) == []
        file.close()
    assert list(tmp_path.iterdir()) == []
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "metrics of this process are missing from /metrics until it is replaced"
    ]


def test_a_file_that_cannot_grow_stays_valid_and_counting_continues_in_memory(tmp_path, caplog):
    path = tmp_path / "counter_1.db"
    file = MetricsFile(str(path))
    with files_no_larger_than(FIRST_BYTES + 5000):
        write(file, KEYS)
    assert read(KEYS, in_it(file, KEYS)) == []
    assert path.stat().st_size == FIRST_BYTES
    assert 300 < len(stored(path)) < len(KEYS)
    assert len(caplog.records) == 1
    file.close()
