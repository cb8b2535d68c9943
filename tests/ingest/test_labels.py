"""`name_of`: Python's name for every label that the Encoding Standard has."""

import pytest

from stoppress.ingest.labels import MORE, NAMES, name_of


@pytest.mark.parametrize("name", MORE)
def test_a_label_names_the_encoding_of_python(name: str) -> None:
    assert name_of(name) == name
    for label in MORE[name].split():
        assert (name_of(label), name_of(label.upper())) == (name, name)


def test_the_table_has_only_labels_unknown_to_python_and_each_once() -> None:
    assert len(NAMES) == sum(len(labels.split()) for labels in MORE.values())


@pytest.mark.parametrize("label", ["", "bogus", "x-", "utf\x008", "é", "utf-8" * 1000])
def test_an_unknown_label_has_no_encoding(label: str) -> None:
    assert name_of(label) == ""
