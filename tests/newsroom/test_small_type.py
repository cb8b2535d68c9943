from stoppress.newsroom.small_type import small_type


def test_small_type_uses_unicode_signs_where_they_exist() -> None:
    assert small_type("6", raised=True) == "⁶"
    assert small_type("2", raised=False) == "₂"


def test_text_without_such_signs_is_marked() -> None:
    for said in ("6.5", "-6.5", "−n", ".5", "(n+1)", "±2"):
        assert small_type(said, raised=True) == f"^{said}"
    assert small_type("-i", raised=False) == "_-i"


def test_words_and_the_marks_of_notes_stay_as_they_are() -> None:
    for said in ("st", "[1]", "*", "†", "(*)", ""):
        assert small_type(said, raised=True) == said
