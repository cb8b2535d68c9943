"""The place of a report, run in at the beginning of its text."""

import pytest

from stoppress.newsroom.body.body import tree
from stoppress.newsroom.dateline import begins_with_place, with_dateline


@pytest.mark.parametrize(
    "text",
    [
        "Ems — The bridge is shut.",
        "EMS – The bridge is shut.",
        "Ems - The bridge is shut.",
        "Ems -- The bridge is shut.",
        "EMS: The bridge is shut.",
        "Ems. The bridge is shut.",
        "Ems (Lantern) — The bridge is shut.",
        "EMS, 30 November (Lantern) - The bridge is shut.",
    ],
)
def test_a_text_may_have_its_own_dateline(text: str) -> None:
    assert begins_with_place(text, "Ems")
    assert with_dateline(tree(text), "Ems") == (tree(text), "")


@pytest.mark.parametrize(
    "text",
    [
        "Ems has a bridge — the old one.",
        "Ems-based engineers look at it.",
        "Ems, a town of two bridges, has lost one. The ferry runs — for now.",
        "Emsland: the bridge is shut.",
        "The bridge of Ems: it is shut.",
    ],
)
def test_a_text_that_names_its_place_gets_a_dateline(text: str) -> None:
    made, left = with_dateline(tree(text), " Ems ")
    assert (made[0][:3], left) == (["p", ["bdi", {"class": "dateline"}, "Ems"], " — "], "")


def test_a_dateline_follows_a_first_picture() -> None:
    picture = ["figure", ["img", {"src": "https://img.example/1.jpg", "alt": ""}]]
    made, left = with_dateline([picture, ["p", "It is *shut*."], ["p", "More."]], "Ems")
    assert made[0] == picture and made[1][1][2] == "Ems" and made[2] == ["p", "More."]
    assert left == ""


@pytest.mark.parametrize("text", ["", "- one\n- two", "## A heading\n\nText.", "> said"])
def test_a_text_that_does_not_begin_with_a_paragraph_has_no_room_for_it(text: str) -> None:
    assert with_dateline(tree(text), "Ems") == (tree(text), "Ems")


def test_a_text_without_a_place_is_unchanged() -> None:
    assert with_dateline(tree("It is shut."), "  ") == (tree("It is shut."), "")
