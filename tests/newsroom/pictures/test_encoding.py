"""`encode`: which files are pictures, and what becomes of them."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, JpegImagePlugin

from stoppress.newsroom.pictures.encoded import NotAPicture
from stoppress.newsroom.pictures.encoding import WIDTHS, encode

from . import drawn, hostile
from .drawn import BLUE, GREEN, GREY, RED, corners, drawing, file, like
from .photographs import photograph

HONEST = {name: (data, size) for name, data, size in drawn.honest()}
REFUSED = {
    name: (data, words)
    for group in (hostile.no_pictures, hostile.damaged, hostile.bombs)
    for name, data, words in group()
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_picture_is_taken(name):
    data, size = HONEST[name]
    made = encode(data)
    assert (made.width, made.height) == size
    for each in made.renditions:
        with Image.open(BytesIO(each.data)) as image:
            image.load()
            assert image.size == (each.width, each.height)
            assert (image.format, image.mode) == (
                {"webp": "WEBP", "jpg": "JPEG"}[each.format],
                "RGB",
            )


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_file_is_refused_with_a_message(name):
    data, words = REFUSED[name]
    with pytest.raises(NotAPicture) as refused:
        encode(data)
    assert str(refused.value.words) == words


def test_the_corpus_has_sixty_pictures():
    assert len(HONEST) + len(REFUSED) >= 60


@pytest.mark.parametrize(
    "name",
    [name for name in HONEST if "turned" in name]
    + ["JPEG RGB", "JPEG CMYK", "JPEG of two (MPO)", "WebP", "AVIF", "GIF"],
)
def test_a_rendition_is_upright_and_keeps_its_colours(name):
    for each in encode(HONEST[name][0]).renditions:
        found = zip(corners(each.data), (RED, GREEN, BLUE, GREY), strict=True)
        assert all(like(*pair) for pair in found), each


def test_transparent_areas_become_white():
    [*_, last] = encode(HONEST["PNG with a clear colour"][0]).renditions
    assert like(corners(last.data)[3], (255, 255, 255))


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        (HONEST["PNG 16 bits, grey"][0], (128, 128, 128)),
        (HONEST["PNG 16 bits, colour"][0], RED),
        (drawn.with_swapped_profile(), (0, 255, 0)),
    ],
)
def test_colours_follow_the_profile_and_depth_of_the_picture(data, colour):
    for each in encode(data).renditions:
        assert all(like(found, colour) for found in corners(each.data))


@pytest.mark.parametrize(
    ("width", "webp", "jpg"),
    [
        (2400, list(WIDTHS), [640, 1280]),
        (1920, list(WIDTHS), [640, 1280]),
        (1000, [320, 640, 960, 1000], [640, 1000]),
        (640, [320, 640], [640]),
        (200, [200], [200]),
    ],
)
def test_a_picture_has_the_sizes_of_pages_and_none_larger_than_itself(width, webp, jpg):
    made = encode(file("JPEG", drawing((width, width // 2))))
    for format, widths in (("webp", webp), ("jpg", jpg)):
        assert [each.width for each in made.renditions if each.format == format] == widths
    assert all(abs(each.width / each.height - 2) < 0.02 for each in made.renditions)


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_red_letters_of_a_chart_stay_sharp(format):
    chart = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(chart).text((20, 20), "Turnout 48.1", (220, 0, 0), ImageFont.load_default(14))
    for each in encode(file(format, chart)).renditions[-2:]:
        with Image.open(BytesIO(each.data)) as image:
            apart = ImageChops.difference(image.convert("RGB"), chart)
        most = max(highest for _, highest in apart.getextrema())
        assert each.width == 600 and most <= {"webp": 0, "jpg": 40}[each.format]


def test_a_photograph_is_encoded_as_one_whatever_its_format():
    with Image.open(BytesIO(photograph(640, 427))) as image:
        data = file("PNG", image)
    *_, webp, jpeg = encode(data).renditions
    assert webp.data[12:16] == b"VP8 "  # with loss (RFC 9649, 2.5)
    with Image.open(BytesIO(jpeg.data)) as image:
        assert JpegImagePlugin.get_sampling(image) == 2  # 4:2:0


def test_a_rendition_has_no_metadata_of_the_file():
    data = drawn.described()
    assert data.count(b"SECRET") > 5
    for each in encode(data).renditions:
        assert b"SECRET" not in each.data
        with Image.open(BytesIO(each.data)) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "icc_profile", "photoshop", "comment"} & set(image.info)


def test_the_metadata_of_a_file_is_offered():
    made = encode(drawn.described())
    assert (made.alt, made.caption, made.credit) == (
        "Four fields",
        "Flags over the river.",
        "SECRET wire",
    )


@pytest.mark.parametrize(
    ("segments", "exif", "offered"),
    [
        (
            [drawn.app1(drawn.XMP.format(credit=""))],
            {},
            ("Flags over the river.", "Mara Voss; Ben Ito"),
        ),
        ([drawn.app13({(2, 120): "Fähre".encode(), (2, 80): b"Jos\xe9"})], {}, ("Fähre", "José")),
        ([], {0x010E: " Eine\nFähre\x07\u202e ".encode(), 0x013B: "Ann"}, ("Eine Fähre", "Ann")),
        ([], {0x010E: "OLYMPUS DIGITAL CAMERA"}, ("", "")),
        ([], {0x010E: "long " * 400}, (f"{'long ' * 199}long…", "")),
        ([drawn.app1("<broken"), drawn.app13({(2, 120): b""})], {}, ("", "")),
    ],
)
def test_a_caption_and_a_credit_are_found_in_each_of_the_standards(segments, exif, offered):
    written = Image.Exif()
    for tag, text in exif.items():
        written[tag] = text
    made = encode(drawn.with_segments(file("JPEG", exif=written), *segments))
    assert (made.caption, made.credit) == offered


def test_entities_in_its_metadata_are_not_resolved():
    made = encode(HONEST["JPEG with entities in its XMP"][0])
    assert (made.alt, made.caption) == ("", "")
