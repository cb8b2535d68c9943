import pytest

from stoppress.newsroom.body.attributes import kept, number


@pytest.mark.parametrize(
    ("name", "values", "stay"),
    [
        ("a", {"href": "mailto:a@b.example", "onclick": "x"}, {"href": "mailto:a@b.example"}),
        ("a", {"href": "javascript:x"}, {}),
        ("a", {"href": "https://e.org/a\nb"}, {"href": "https://e.org/ab"}),
        (
            "img",
            {"src": "/a", "width": "10", "height": "0"},
            {"src": "/a", "alt": "", "width": "10"},
        ),
        ("img", {"src": "tel:1", "alt": "x"}, {}),
        ("th", {"scope": "COL", "colspan": "2"}, {"scope": "col", "colspan": "2"}),
        ("td", {"scope": "col", "rowspan": "1000"}, {"rowspan": "99"}),
        ("td", {"colspan": "1", "rowspan": "x"}, {}),
        ("td", {"colspan": " 02.5", "rowspan": "3px"}, {"colspan": "2", "rowspan": "3"}),
        ("td", {"colspan": "-2", "rowspan": "0"}, {}),
        ("p", {"style": "x"}, {}),
    ],
)
def test_an_attribute_stays_where_it_is_known_and_sound(
    name: str, values: dict[str, str], stay: dict[str, str]
) -> None:
    assert kept(name, values) == stay


def test_a_number_is_a_whole_one_of_nine_digits_at_most() -> None:
    assert [number(said) for said in ("17", " -3 ", "0", "+4")] == [17, -3, 0, 4]
    assert [number(said) for said in ("", "x", "-", "1234567890", None)] == [None] * 5


def test_a_value_that_begins_with_a_number_is_that_number() -> None:
    assert [number(said) for said in ("3.7", "5a", "4.", "007", "-2px")] == [3, 5, 4, 7, -2]
    assert number("0" * 5_000 + "9") == 9
    assert number("9" * 5_000) is None
