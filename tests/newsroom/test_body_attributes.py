import pytest

from stoppress.newsroom.body_attributes import kept, number


@pytest.mark.parametrize(
    ("name", "values", "stay"),
    [
        ("a", {"href": "mailto:a@b.example", "onclick": "x"}, {"href": "mailto:a@b.example"}),
        ("a", {"href": "javascript:x"}, {}),
        (
            "img",
            {"src": "/a", "width": "10", "height": "0"},
            {"src": "/a", "alt": "", "width": "10"},
        ),
        ("img", {"src": "tel:1", "alt": "x"}, {}),
        ("th", {"scope": "COL", "colspan": "2"}, {"scope": "col", "colspan": "2"}),
        ("td", {"scope": "col", "rowspan": "1000"}, {"rowspan": "99"}),
        ("td", {"colspan": "1", "rowspan": "x"}, {}),
        ("p", {"style": "x"}, {}),
    ],
)
def test_an_attribute_stays_where_it_is_known_and_sound(
    name: str, values: dict[str, str], stay: dict[str, str]
) -> None:
    assert kept(name, values) == stay


def test_a_number_is_a_whole_one_of_nine_digits_at_most() -> None:
    assert [number(said) for said in ("17", " -3 ", "0", "1.5", "4.", "5a")] == [17, -3, 0, 1, 4, 5]
    assert [number(said) for said in ("", "x", "1234567890", None)] == [None] * 4
