from stoppress.ingest.report import Report


def test_a_report_is_one_line_without_empty_parts() -> None:
    assert str(Report()) == "0 entries, 0 new"
    assert str(Report(entries=1, new=1)) == "1 entry, 1 new"
    full = Report(9, 3, 2, 1, 1, [("A", "too long"), ("B", "no name"), ("C", "x")], ["odd"])
    assert str(full) == "9 entries, 3 new, 2 changed, 1 unchanged, 3 skipped (too long); odd"
