import pytest

from stoppress.newsroom.disclosure import disclosed


@pytest.mark.parametrize("source_type", ["", "people", "assisted"])
@pytest.mark.parametrize("reviewed", [True, False])
def test_a_persons_text_has_no_disclosure(source_type, reviewed):
    assert disclosed(source_type, reviewed=reviewed) == ""


@pytest.mark.parametrize(
    ("source_type", "made"),
    [
        ("mixed", "Partly written by a machine"),
        ("translated", "Translated by a machine"),
        ("machine", "Written by a machine"),
        ("program", "Written by a program, from data"),
    ],
)
def test_a_machines_text_shows_its_source_type_and_its_review(source_type, made):
    assert disclosed(source_type, reviewed=False) == f"{made}, not reviewed"
    assert disclosed(source_type, reviewed=True) == f"{made}, reviewed by an editor"
