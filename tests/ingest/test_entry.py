from stoppress.ingest.entry import Entry


def test_an_entry_knows_its_size_in_bytes() -> None:
    assert Entry(title="ü", content_html="abc").bytes() == 5
