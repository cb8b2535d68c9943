"""The three-way merge of fields: what is saved, what is kept, what must be decided."""

from itertools import product

import pytest

from stoppress.newsroom.merging import Merge, merge

VALUES = ("a", "b", "c")


def merged(read, present, own, **more):
    result = merge({"x": read}, {"x": present}, {"x": own}, **more)
    [word] = [name for name, names in vars(result).items() if names] or [""]
    return word


@pytest.mark.parametrize(("read", "present", "own"), list(product(VALUES, repeat=3)))
def test_each_field_is_decided_by_its_three_values(read, present, own):
    theirs, mine, differ = present != read, own != read, own != present
    expected = (
        "conflicts"
        if theirs and mine and differ
        else "saved"
        if mine and differ
        else "kept"
        if theirs and not mine
        else ""
    )
    assert merged(read, present, own) == expected


def test_a_shown_conflict_remains_until_it_is_decided():
    shown = {"read": "theirs", "present": "theirs", "asked": {"x"}}
    assert merged(**shown, own="mine") == "conflicts"
    assert merged(**shown, own="theirs") == ""
    assert merged(**shown, own="mine", over={"x"}) == "saved"


def test_overwriting_counts_only_for_the_value_that_was_shown():
    ticked = {"read": "theirs", "asked": {"x"}, "over": {"x"}}
    assert merged(**ticked, present="newer", own="mine") == "conflicts"
    assert merged("theirs", "newer", "theirs", asked={"x"}) == "kept"
    assert merged("a", "theirs", "mine", over={"x"}) == "conflicts"


def test_a_field_whose_read_value_is_not_known_is_never_overwritten_unasked():
    assert merge({}, {"x": "theirs"}, {"x": "mine"}) == Merge(conflicts={"x"})
    assert merge({}, {"x": "same"}, {"x": "same"}) == Merge()
    assert merge({}, {"x": "theirs"}, {}) == Merge()


def test_fields_that_the_editor_cannot_write_are_kept():
    assert merge({"x": "a"}, {"x": "b"}, {}) == Merge(kept={"x"})


def test_a_text_and_its_format_belong_together():
    read = {"body": "*a*", "body_format": "markdown"}
    theirs = read | {"body_format": "html"}
    both = {"body", "body_format"}
    assert merge(read, theirs, read | {"body": "*b*"}) == Merge(conflicts=both)
    assert merge(read, read, {"body": "*b*"}) == Merge(saved={"body"})
    assert merge(read, theirs, read) == Merge(kept=both)
    asked = merge(theirs, theirs, read | {"body": "*b*"}, asked={"body"}, over={"body"})
    assert asked == Merge(saved=both)
