import time

import pytest

from stoppress.newsroom.body_lost import lost


def test_what_is_told_of_is_quoted_and_cut() -> None:
    [said] = lost(f"<unknown {'word ' * 50}>")
    assert said.startswith("HTML has no tag “<unknown word word")
    assert len(said) < 100


def test_a_thing_is_told_of_once() -> None:
    assert lost("<x> <x> <x>") == ["HTML has no tag “<x>”; a bracket in a text is &lt;."]


def test_tags_of_a_drawing_or_a_script_are_not_told_of() -> None:
    assert lost("<svg><path d=x></svg><style>a<b</style><p>x</p>") == []


@pytest.mark.parametrize("part", ["<svg>", "<svg></svg>", "<!--", "<script>x", "<x ", "<a href="])
def test_a_hostile_text_is_looked_through_at_once(part: str) -> None:
    began = time.process_time()
    lost(part * (200_000 // len(part)))
    assert time.process_time() - began < 2
