import pytest

from stoppress.newsroom.bylines import byline_parts

MARA = {"name": "Mara Voss", "url": "/author/mara/"}
JO = {"name": "Jo Lind", "url": "/author/jo/"}
JO_MOSS = {"name": "Jo Lind Moss", "url": "/author/moss/"}


@pytest.mark.parametrize(
    ("byline", "authors", "parts"),
    [
        ("By Mara Voss", [MARA], [("By ", ""), ("Mara Voss", "/author/mara/")]),
        (
            "MARA VOSS and Jo Lind, in Kettlewick",
            [JO, MARA],
            [
                ("MARA VOSS", "/author/mara/"),
                (" and ", ""),
                ("Jo Lind", "/author/jo/"),
                (", in Kettlewick", ""),
            ],
        ),
        ("Jo Lind Moss", [JO, JO_MOSS], [("Jo Lind Moss", "/author/moss/")]),
        ("Jo Lindqvist", [JO], [("Jo Lindqvist", "")]),
        ("By our reporters", [MARA], [("By our reporters", "")]),
        ("By Mara Voss", [], [("By Mara Voss", "")]),
        ("", [MARA], []),
        ("Mara (V.)", [{"name": "(V.)", "url": "/v/"}], [("Mara ", ""), ("(V.)", "/v/")]),
        ("By Mara", [{"name": " ", "url": "/v/"}], [("By Mara", "")]),
    ],
)  # fmt: skip
def test_the_names_of_authors_in_a_byline_have_their_addresses(byline, authors, parts):
    assert byline_parts(byline, authors) == parts
