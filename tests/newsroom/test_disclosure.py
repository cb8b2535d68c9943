import pytest

from stoppress.newsroom.disclosure import disclosed


@pytest.mark.parametrize("source_type", ["", "people", "assisted"])
@pytest.mark.parametrize("reviewed", [True, False])
def test_of_a_persons_text_nothing_is_told(source_type, reviewed):
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
def test_of_a_machines_text_readers_are_told_how_it_was_made_and_whether_it_was_reviewed(
    source_type, made
):
    assert disclosed(source_type, reviewed=False) == f"{made}, not reviewed"
    assert disclosed(source_type, reviewed=True) == f"{made}, reviewed by an editor"
