"""Draw the illustrations of the demo's town. Run it once: `python scripts/demo_pictures.py`.

Flat shapes in the paper's own colours. The labels of the map and the chart need DejaVu fonts.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

WHERE = Path(__file__).parents[1] / "src/stoppress/demo/pictures"
WIDTH, HEIGHT = 1200, 800  # the size in units of drawing
FINE, WRITTEN = 3, (1280, 853)

INK, SOFT, RULE, SAND, PAPER = "#1b1916", "#5e574d", "#d8d1c4", "#f3efe6", "#fbf9f4"
RED, AMBER, STRAW = "#a3141c", "#d9a441", "#f6ecd2"
BLUE, DEEP, MIST, HAZE = "#12507a", "#0d3a59", "#c9d9e2", "#8fb0c4"
GREEN, MEADOW, TEAL, WOOD, OAK = "#2c6a24", "#3a7c31", "#0b5f5f", "#7a4a12", "#5c360b"

SKINS = ("#d9ae82", "#a8703f", "#6e4523")

Point = tuple[float, float]


class Sheet:
    """A sheet of 1200 by 800 units, drawn at a higher resolution than it is saved."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), ground)
        self._pen = ImageDraw.Draw(self.image)

    def shape(self, points: Sequence[Point], colour: str) -> None:
        self._pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour)

    def disc(self, x: float, y: float, radius: float, colour: str, tall: float = 1) -> None:
        self.shape(
            [
                (x + radius * math.cos(turn / 60), y + tall * radius * math.sin(turn / 60))
                for turn in range(round(120 * math.pi))
            ],
            colour,
        )

    def line(self, points: Sequence[Point], colour: str, wide: float = 3) -> None:
        fine = [(x * FINE, y * FINE) for x, y in points]
        self._pen.line(fine, fill=colour, width=round(wide * FINE), joint="curve")
        for x, y in points:
            self.disc(x, y, wide / 2, colour)

    def dashes(self, points: Sequence[Point], colour: str, wide: float, long: float) -> None:
        for start, end in zip(points, points[1:], strict=False):
            length = math.dist(start, end)
            for step in range(int(length / long)):
                if step % 2 == 0:
                    ends = [step * long / length, min(1, (step + 1) * long / length)]
                    self.line([_between(start, end, part) for part in ends], colour, wide)

    def words(
        self, x: float, y: float, text: str, size: int, colour: str,
        *, face: str = "DejaVuSans", anchor: str = "lm", around: str | None = None,
    ) -> None:  # fmt: skip
        font = ImageFont.truetype(f"{face}.ttf", size * FINE)
        self._pen.text(
            (x * FINE, y * FINE),
            text,
            colour,
            font,
            anchor=anchor,
            stroke_width=5 * FINE if around else 0,
            stroke_fill=around,
        )


def _between(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def under(line: Sequence[Point]) -> list[Point]:
    return [*line, (WIDTH + 20, HEIGHT + 20), (-20, HEIGHT + 20)]


def crests(height: float, swell: float, length: float, shift: float) -> list[Point]:
    """Return waves with sharp crests, from the left edge to the right."""
    return [
        (x, height - swell * (1 - abs(math.sin((x + shift) / length)))) for x in range(-20, 1240, 4)
    ]


def clouds(sheet: Sheet, low: float, sizes: Sequence[float], colour: str) -> None:
    """Draw a row of clouds that hangs from the top edge."""
    sheet.box(0, 0, WIDTH, low, colour)
    x = -30.0
    for size in sizes:
        x += 0.8 * size
        sheet.disc(x, low, size, colour, tall=0.62)
        x += 0.8 * size


def storm() -> Sheet:
    sheet = Sheet(HAZE)
    sheet.box(0, 300, WIDTH, 200, MIST)
    clouds(sheet, 150, (150, 90, 170, 110, 190, 120, 140), SOFT)
    clouds(sheet, 74, (90, 160, 120, 170, 100, 180, 130), "#47413a")
    rain = Random(7)
    for _ in range(110):
        x, y = rain.uniform(-40, 1260), rain.uniform(150, 560)
        sheet.line([(x, y), (x - 16, y + 44)], PAPER, 1.6)
    sheet.shape(under(crests(500, 36, 62, 30)), HAZE)
    sheet.shape(under(crests(540, 44, 74, 0)), BLUE)
    # The wall with its light, and the sea that breaks over it.
    sheet.shape([(700, 470), (1220, 440), (1220, 700), (660, 700)], SOFT)
    sheet.shape([(700, 470), (1220, 440), (1220, 464), (697, 494)], RULE)
    sheet.shape([(742, 468), (752, 330), (792, 330), (802, 464)], PAPER)
    sheet.box(746, 376, 52, 34, RED)
    sheet.box(752, 300, 40, 30, AMBER)
    sheet.shape([(746, 302), (772, 278), (798, 302)], INK)
    for x, y, radius in (
        *((640, 470, 42), (676, 420, 34), (622, 408, 24), (662, 362, 20)),
        *((702, 392, 16), (606, 350, 10), (690, 330, 9), (640, 320, 7)),
    ):
        sheet.disc(x, y, radius, PAPER)
    # A boat on the swell.
    sheet.line([(300, 520), (322, 330)], INK, 7)
    sheet.shape([(330, 345), (404, 470), (314, 486)], PAPER)
    sheet.shape([(316, 360), (262, 470), (304, 480)], SAND)
    sheet.shape([(180, 500), (440, 528), (400, 596), (226, 578)], RED)
    sheet.shape([(180, 500), (440, 528), (434, 540), (186, 513)], PAPER)
    sheet.shape(under(crests(640, 52, 88, 60)), "#0f4468")
    sheet.shape(under(crests(722, 50, 96, 140)), DEEP)
    return sheet


def council() -> Sheet:
    sheet = Sheet(STRAW)
    sheet.box(0, 0, WIDTH, 70, RULE)
    sheet.box(0, 70, WIDTH, 8, SOFT)
    for x in (130, 420, 710, 1000):  # the windows
        left = x - 72
        sheet.disc(x, 210, 72, MIST)
        sheet.box(left, 210, 144, 230, MIST)
        sheet.line([(x, 138), (x, 440)], PAPER, 7)
        for y in (210, 290, 370):
            sheet.line([(left, y), (left + 144, y)], PAPER, 7)
        sheet.box(left - 12, 440, 168, 14, SOFT)
    sheet.box(520, 130, 90, 340, RED)  # the banner, and the mayor's chair under it
    sheet.shape([(520, 470), (565, 440), (610, 470)], STRAW)
    sheet.disc(565, 230, 30, AMBER)
    sheet.disc(565, 230, 19, RED)
    sheet.box(0, 454, WIDTH, 400, "#e9dcc0")
    sheet.box(516, 400, 98, 150, OAK)
    sheet.disc(565, 400, 49, OAK)
    sheet.disc(565, 452, 27, INK)
    sheet.shape([(514, 560), (530, 490), (600, 490), (616, 560)], INK)
    sheet.shape([(545, 490), (565, 530), (585, 490)], PAPER)
    sheet.box(380, 540, 370, 90, WOOD)
    sheet.box(370, 528, 390, 16, OAK)
    sheet.box(452, 512, 34, 18, PAPER)
    sheet.disc(690, 520, 12, AMBER)
    for side in (-1, 1):  # the benches along both sides
        x = 565 + side * 290
        sheet.shape([(x, 560), (x + side * 380, 610), (x + side * 380, 720), (x, 650)], WOOD)
        sheet.shape([(x, 546), (x + side * 380, 594), (x + side * 380, 612), (x, 562)], OAK)
        for seat, coat in enumerate((BLUE, INK, TEAL)):
            place = x + side * (60 + 118 * seat)
            deep = 500 + 20 * seat
            sheet.shape(
                [
                    (place - 44, deep + 78),
                    (place - 34, deep + 20),
                    (place + 34, deep + 20),
                    (place + 44, deep + 78),
                ],
                coat,
            )
            sheet.disc(place, deep - 4, 25, SKINS[(seat + side) % 3])
        sheet.shape([(x, 560), (x + side * 380, 610), (x + side * 380, 720), (x, 650)], WOOD)
        sheet.shape([(x, 546), (x + side * 380, 594), (x + side * 380, 612), (x, 562)], OAK)
    for n in range(9):  # the public, from behind
        x = 60 + n * 138
        sheet.disc(x, 742, 34, INK)
        sheet.shape([(x - 62, 810), (x - 40, 772), (x + 40, 772), (x + 62, 810)], INK)
    return sheet


def lighthouse() -> Sheet:
    sheet = Sheet(DEEP)
    for height, colour in ((0, DEEP), (190, BLUE), (340, "#3f7396"), (430, HAZE)):
        sheet.box(0, height, WIDTH, HEIGHT, colour)
    stars = Random(3)
    for _ in range(46):
        sheet.disc(
            stars.uniform(0, WIDTH), stars.uniform(0, 260), stars.choice((1.6, 2.2, 3)), PAPER
        )
    sheet.shape([(770, 205), (-20, 60), (-20, 330)], "#86754f")
    sheet.shape([(770, 205), (1220, 130), (1220, 276)], "#86754f")
    sheet.box(0, 520, WIDTH, 300, "#0f4468")
    for y, x, long in (
        (556, 90, 190),
        (580, 420, 120),
        (604, 190, 90),
        (650, 60, 220),
        (690, 330, 110),
    ):
        sheet.line([(x, y), (x + long, y)], HAZE, 4)
    sheet.shape([(150, 548), (208, 470), (208, 548)], PAPER)
    sheet.shape([(214, 548), (214, 488), (252, 548)], SAND)
    sheet.shape([(138, 554), (270, 554), (250, 578), (160, 578)], RED)
    sheet.shape(
        [
            (420, 830),
            (520, 690),
            (600, 640),
            (660, 590),
            (900, 570),
            (1010, 610),
            (1220, 600),
            (1220, 830),
        ],
        TEAL,
    )
    sheet.shape([(420, 830), (520, 690), (600, 640), (640, 700), (590, 830)], "#094a4a")
    sheet.shape([(700, 600), (728, 260), (812, 260), (840, 600)], PAPER)
    for top in (320, 440, 560):
        low = min(600, top + 60)
        wide = [28 * (y - 260) / 340 for y in (top, low)]
        sheet.shape(
            [
                (728 - wide[0], top),
                (812 + wide[0], top),
                (812 + wide[1], low),
                (728 - wide[1], low),
            ],
            RED,
        )
    sheet.box(714, 246, 112, 16, INK)
    sheet.box(738, 176, 64, 70, AMBER)
    sheet.line([(770, 176), (770, 246)], INK, 4)
    sheet.shape([(728, 178), (770, 132), (812, 178)], INK)
    sheet.disc(770, 128, 8, INK)
    sheet.box(758, 560, 26, 42, INK)
    sheet.disc(771, 560, 13, INK)
    sheet.box(900, 520, 150, 74, SAND)
    sheet.shape([(884, 524), (912, 468), (1038, 468), (1066, 524)], SOFT)
    for x in (926, 996):
        sheet.box(x, 540, 28, 30, AMBER)
    sheet.box(1012, 440, 22, 40, SOFT)
    return sheet


def pitch() -> Sheet:
    sheet = Sheet(MIST)
    sheet.box(0, 0, WIDTH, 120, HAZE)
    for x in (150, 1050):  # floodlights
        sheet.line([(x, 90), (x, 360)], SOFT, 9)
        sheet.box(x - 62, 48, 124, 58, INK)
        for n in range(8):
            sheet.disc(x - 42 + 28 * (n % 4), 64 + 26 * (n // 4), 9, STRAW)
    sheet.shape([(250, 300), (250, 216), (950, 216), (950, 300)], SOFT)  # the stand
    sheet.shape([(220, 224), (262, 172), (938, 172), (980, 224)], RED)
    crowd = Random(5)
    for row in range(3):
        for n in range(33):
            colour = crowd.choice((INK, SAND, RED, DEEP, SAND, BLUE))
            sheet.disc(268 + 21 * n, 246 + 24 * row, 8.4, colour)
    sheet.box(0, 316, WIDTH, 60, BLUE)
    sheet.box(0, 316, WIDTH, 7, PAPER)
    sheet.box(0, 376, WIDTH, 430, GREEN)
    horizon, centre = 150, 600

    def across(x: float, y: float) -> Point:
        return centre + (x - centre) * (y - horizon) / (376 - horizon), y

    for n in range(-12, 14, 2):
        left, right = centre + n * 90, centre + (n + 1) * 90
        stripe = [across(left, 376), across(right, 376), across(right, 810), across(left, 810)]
        sheet.shape(stripe, MEADOW)
    sheet.line([(0, 420), (WIDTH, 420)], PAPER, 5)
    sheet.line([across(395, 420), across(395, 560), across(805, 560), across(805, 420)], PAPER, 7)
    sheet.line([across(500, 420), across(500, 470), across(700, 470), across(700, 420)], PAPER, 6)
    sheet.disc(600, 640, 7, PAPER)
    for n in range(17):  # the net
        sheet.line([(480 + 15 * n, 300), (466 + 16.8 * n, 420)], MIST, 1.6)
    for n in range(8):
        sheet.line([(480 - 2 * n, 300 + 16 * n), (720 + 2 * n, 300 + 16 * n)], MIST, 1.6)
    sheet.line([(466, 424), (466, 292), (734, 292), (734, 424)], PAPER, 9)
    for x, y, size, shirt in ((600, 408, 1.0, AMBER), (392, 610, 1.75, RED), (850, 560, 1.5, INK)):
        player(sheet, x, y, size, shirt)
    sheet.disc(470, 646, 16, PAPER)
    sheet.disc(470, 646, 6, INK)
    return sheet


def player(sheet: Sheet, x: float, y: float, size: float, shirt: str) -> None:
    """Draw the keeper (in amber), one who shoots (in red) or one who runs, standing at a point."""

    def at(right: float, up: float) -> Point:
        return x + right * size, y - up * size

    skin = SKINS[(AMBER, RED, INK).index(shirt)]
    hand = 76 if shirt == AMBER else 38
    foot = at(20, -6) if shirt == RED else at(9, -16)
    sheet.shape([at(-15, 62), at(15, 62), at(12, 22), at(-12, 22)], shirt)
    sheet.line([at(-14, 58), at(-27, 36)], shirt, 9 * size)
    sheet.line([at(14, 58), at(28, hand)], shirt, 9 * size)
    sheet.line([at(-7, 12), at(-14, -16)], skin, 8 * size)
    sheet.line([at(7, 12), foot], skin, 8 * size)
    sheet.shape([at(-13, 26), at(13, 26), at(14, 10), at(-14, 10)], PAPER)
    sheet.disc(*at(0, 76), 12 * size, skin)


LANDED = (64, 58, 41, 36, 52, 78, 96, 121, 148, 139, 112, 83)


def chart() -> Sheet:
    sheet = Sheet(PAPER)
    sheet.box(70, 60, 1060, 6, INK)
    sheet.words(70, 112, "Herring landed at the Fish Quay", 40, INK, face="DejaVuSerif-Bold")
    sheet.words(70, 164, "Tonnes a month, last year", 27, SOFT)
    low, scale = 690, 2.9
    for tonnes in (0, 50, 100, 150):
        y = low - tonnes * scale
        sheet.line([(130, y), (1130, y)], INK if tonnes == 0 else RULE, 3 if tonnes == 0 else 2)
        sheet.words(112, y, str(tonnes), 26, SOFT, anchor="rm")
    for month, tonnes in enumerate(LANDED):
        x = 146 + month * 82
        most = tonnes == max(LANDED)
        sheet.box(x, low - tonnes * scale, 58, tonnes * scale, RED if most else BLUE)
        sheet.words(x + 29, low + 32, "JFMAMJJASOND"[month], 26, SOFT, anchor="mm")
        if most:
            sheet.words(
                x + 29,
                low - tonnes * scale - 22,
                str(tonnes),
                28,
                RED,
                anchor="mm",
                face="DejaVuSans-Bold",
            )
    sheet.words(70, 764, "Source: harbour office", 22, SOFT)
    return sheet


def town_map() -> Sheet:
    sheet = Sheet(MIST)
    for grow, colour in ((26, "#dbe6ec"), (0, STRAW)):
        coast = [(-20, 520), (120, 505), (230, 470), (330, 480), (400, 440), (470, 446), (520, 400),
                 (500, 350), (560, 300), (660, 292), (700, 330), (770, 326), (820, 270), (900, 250),
                 (950, 190), (1040, 170), (1090, 210), (1140, 190), (1220, 200)]  # fmt: skip
        sheet.shape([(x, y - grow) for x, y in coast] + [(1220, 820), (-20, 820)], colour)
    sheet.shape([(-20, 60), (60, 70), (130, 120), (120, 180), (50, 210), (-20, 200)], STRAW)
    river = [(560, 830), (590, 720), (560, 620), (600, 520), (590, 430), (612, 330), (610, 286)]
    sheet.line(river, MIST, 30)
    for road in (
        [(-20, 660), (200, 620), (420, 590), (580, 566), (760, 540), (960, 440), (1220, 400)],
        [(420, 590), (440, 470)], [(760, 540), (740, 360)], [(960, 440), (1010, 230)],
        [(760, 540), (820, 690), (900, 830)], [(200, 620), (240, 830)],
    ):  # fmt: skip
        sheet.line(road, RULE, 15)
        sheet.line(road, PAPER, 9)
    blocks = Random(11)
    for x0, y0, columns, rows in ((664, 412, 6, 3), (446, 490, 3, 2), (640, 586, 4, 2)):
        for n in range(columns * rows):
            x, y = x0 + 36 * (n % columns), y0 + 40 * (n // columns)
            if blocks.random() < 0.86:
                sheet.box(x, y, blocks.uniform(20, 28), blocks.uniform(18, 27), "#b9b0a0")
    # The harbour's two arms.
    sheet.line([(660, 292), (640, 262), (600, 250)], SOFT, 10)
    sheet.line([(560, 300), (540, 262)], SOFT, 10)
    sheet.dashes([(585, 262), (420, 200), (130, 150)], RED, 5, 17)
    for x, y in ((585, 262), (126, 150), (1046, 190)):
        sheet.disc(x, y, 12, RED)
        sheet.disc(x, y, 5, PAPER)
    serif = "DejaVuSerif-Italic"
    sheet.words(668, 372, "Pennywrack", 40, INK, face="DejaVuSerif-Bold", around=STRAW)
    sheet.words(1052, 132, "Gannet Head", 28, INK, anchor="mm")
    sheet.words(300, 356, "The Bay", 38, BLUE, face=serif, anchor="mm")
    sheet.words(365, 150, "Ferry", 26, RED, anchor="mm")
    sheet.words(1000, 600, "Tollgate Road", 26, SOFT, anchor="mm")
    sheet.shape([(1110, 640), (1124, 700), (1110, 690), (1096, 700)], INK)
    sheet.words(1110, 620, "N", 26, INK, anchor="mm")
    sheet.line([(960, 750), (960, 760), (1140, 760), (1140, 750)], INK, 3)
    sheet.words(1050, 734, "1 km", 24, INK, anchor="mm")
    return sheet


PICTURES: dict[str, Callable[[], Sheet]] = {
    "chart": chart,
    "council": council,
    "lighthouse": lighthouse,
    "map": town_map,
    "pitch": pitch,
    "storm": storm,
}


def main() -> None:
    WHERE.mkdir(exist_ok=True)
    for name, drawn in PICTURES.items():
        small = drawn().image.resize(WRITTEN, Image.Resampling.LANCZOS)
        small = small.quantize(128, dither=Image.Dither.NONE).convert("RGB")
        small.save(WHERE / f"{name}.webp", lossless=True, quality=100, method=6)


if __name__ == "__main__":
    main()
