"""Pictures in a text: figures with caption and credit, from the picture as it is now."""

from typing import Any

import pytest

from stoppress.newsroom.body import body
from stoppress.newsroom.models import Picture
from stoppress.newsroom.phrase import Phrase
from stoppress.newsroom.pictures.in_body import with_pictures
from stoppress.newsroom.pictures.questions import UNCREDITED, of_text
from tests.newsroom.desk import part

from .made import picture

pytestmark = pytest.mark.django_db


def shown(text: str, *pictures: Picture, body_format: str = "markdown") -> list[Any]:
    return with_pictures(body.tree(text, body_format), {each.pk: each for each in pictures})


def test_a_picture_alone_in_a_paragraph_is_a_figure_with_its_renditions() -> None:
    storm = picture()
    where = f"/media/pictures/{storm.pk}/{storm.digest[:16]}"
    assert shown(f'![The sea](picture:{storm.pk} "At noon")', storm) == [
        [
            "figure",
            [
                "picture",
                [
                    "source",
                    {
                        "type": "image/webp",
                        "srcset": f"{where}-640.webp 640w, {where}-1280.webp 1280w",
                        "sizes": "(min-width: 48rem) 38rem, 92vw",
                    },
                ],
                [
                    "img",
                    {
                        "src": f"{where}-1280.jpg",
                        "alt": "The sea",
                        "width": "1280",
                        "height": "853",
                    },
                ],
            ],
            ["figcaption", ["p", "At noon"], ["p", "Ann Ray"]],
        ]
    ]


def test_missing_texts_come_from_the_picture() -> None:
    storm = picture(caption="The harbour")
    [figure] = shown(f"![](picture:{storm.pk})", storm)
    assert part(figure, "img")[1]["alt"] == "A storm"
    assert part(figure, "figcaption") == ["figcaption", ["p", "The harbour"], ["p", "Ann Ray"]]


def test_a_picture_without_words_has_no_caption() -> None:
    storm = picture(alt="", credit="")
    [figure] = shown(f"![](picture:{storm.pk})", storm)
    assert part(figure, "figcaption") is None


def test_a_picture_within_a_line_stays_there() -> None:
    storm = picture()
    [paragraph] = shown(f"Before ![](picture:{storm.pk}) after", storm)
    assert [child if isinstance(child, str) else child[0] for child in paragraph] == [
        *("p", "Before ", "picture", " after")
    ]


def test_pictures_alone_in_a_paragraph_are_figures_also_within_links() -> None:
    storm, town = picture(), picture("town", credit="Bo Lee")
    one = f"[![](picture:{storm.pk})](https://example.org/)"
    made = shown(f"{one}\n![](picture:{town.pk})", storm, town)
    assert [[node[0], node[1][0], part(node, "figcaption")] for node in made] == [
        ["figure", "a", ["figcaption", ["p", "Ann Ray"]]],
        ["figure", "picture", ["figcaption", ["p", "Bo Lee"]]],
    ]
    assert made[0][1][1]["href"] == "https://example.org/"
    assert made[0][1][2][0] == "picture"


@pytest.mark.parametrize("caption", ["", "<figcaption>Both</figcaption>"])
def test_a_figure_of_several_pictures_has_the_credit_of_each_once(caption: str) -> None:
    files = [picture(), picture("town", credit="Bo Lee"), picture("sea")]
    images = "".join(f'<img src="{each.reference}">' for each in files)
    [figure] = shown(f"<figure>{images}{caption}</figure>", *files, body_format="html")
    words = [["p", "Both"]] if caption else []
    assert part(figure, "figcaption")[1:] == [*words, ["p", "Ann Ray"], ["p", "Bo Lee"]]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("![]({0})", False),
        ("[![]({0})](https://example.org/)", False),
        ("A line ![]({0})", True),
        ("* Words ![]({0})", True),
        ("| a |\n| - |\n| ![]({0}) |", True),
    ],
)
def test_an_editor_is_asked_about_a_credit_that_readers_do_not_see(text: str, asked: bool) -> None:
    storm = picture()
    said = of_text(body.tree(text.format(storm.reference), "markdown"), {storm.pk: storm})
    question = Phrase(UNCREDITED, number=storm.pk, credit="Ann Ray")
    assert said == ([question] if asked else [])


def test_a_figure_keeps_its_caption_and_gets_the_credit() -> None:
    storm = picture()
    text = f'<figure><img src="picture:{storm.pk}"><figcaption>Own <b>words</b></figcaption>'
    [figure] = shown(text, storm, body_format="html")
    assert part(figure, "figcaption") == [
        "figcaption",
        ["p", "Own ", ["strong", "words"]],
        ["p", "Ann Ray"],
    ]


def test_a_missing_picture_leaves_its_words() -> None:
    assert shown("![The sea](picture:7)") == [["p", "The sea"]]


def test_a_picture_of_another_site_stays() -> None:
    address = "https://example.org/a.png"
    assert shown(f"![The sea]({address})") == [["p", ["img", {"src": address, "alt": "The sea"}]]]


def test_the_tree_that_is_stored_stays_as_it_is() -> None:
    storm = picture()
    tree = body.tree(f"<figure><img src='picture:{storm.pk}'><figcaption>Own", "html")
    before = repr(tree)
    with_pictures(tree, {storm.pk: storm})
    assert repr(tree) == before


def test_the_html_of_a_picture_is_what_browsers_read() -> None:
    storm = picture()
    written = body.html(shown(f"![The sea](picture:{storm.pk})", storm))
    assert written.startswith('<figure><picture><source type="image/webp" srcset="/media/')
    assert written.count("</source>") == 0
    assert (
        'width="1280" height="853" loading="lazy" decoding="async"></picture><figcaption>'
        in written
    )
