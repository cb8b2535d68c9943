from stoppress.newsroom.small_type import small_type


def test_small_type_has_signs_of_its_own_where_there_are_any() -> None:
    assert small_type("6", raised=True) == "⁶"
    assert small_type("2", raised=False) == "₂"
    assert small_type("-6.5", raised=True) == "^-6.5" and small_type("[1]", raised=True) == "[1]"
