# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools[woff]==4.68.0"]
# ///
"""Make the headlines' font and its style sheet: `uv run --script scripts/font.py`.

Newsreader is reduced to one weight, one optical size and the letters of a file. While it loads,
a font of the reader's system is shown instead, scaled to the same width and height: the numbers
in fonts.css are computed here. docs/decisions/0035-font.md says why.
"""

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

NEWSROOM = Path(__file__).resolve().parent.parent / "src/stoppress/newsroom/static/newsroom"
FONTS, STYLES = NEWSROOM / "fonts", NEWSROOM / "paper/fonts.css"

NEWSREADER = "@fontsource-variable/newsreader@5.3.0"
DEJAVU = "dejavu-fonts-ttf@2.37.3"
WEIGHT, OPTICAL_SIZE = 680, 32
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk"]
LATIN = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, "
    "U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)
# The other letters of European languages, loaded only by a page that has one of them.
LATIN_EXT = "U+0100-0130, U+0132-0151, U+0154-017F, U+0218-021B, U+1E9E"

# Bold fonts of readers' systems, each measured by a free font of the same widths.
STAND_INS = {
    "Newsreader Georgia": ("gelasio", ["Georgia Bold", "Georgia-Bold", "Gelasio Bold"]),
    "Newsreader Times": (
        "tinos",
        [
            "Times New Roman Bold",
            "TimesNewRomanPS-BoldMT",
            "Liberation Serif Bold",
            "LiberationSerif-Bold",
            "Tinos Bold",
        ],
    ),
    "Newsreader Noto": ("noto-serif", ["Noto Serif Bold", "NotoSerif-Bold"]),
    "Newsreader DejaVu": ("dejavu", ["DejaVu Serif Bold", "DejaVuSerif-Bold"]),
}
# The frequency of letters in English text, in per mille (with the space between words).
FREQUENCY = dict(
    zip(
        " etaoinsrhldcumfpgwybvkxjqz",
        (182, 103, 75, 65, 62, 57, 57, 53, 50, 50, 33, 33, 22, 23, 20, 20, 15, 16, 17, 14, 13, 8, 6)
        + (1, 1, 1, 1),
        strict=True,
    )
)


def main() -> None:
    FONTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        newsreader = unpacked(NEWSREADER, Path(folder))
        (FONTS / "OFL.txt").write_bytes((newsreader / "LICENSE").read_bytes())
        latin = made(newsreader, "latin", LATIN)
        made(newsreader, "latin-ext", LATIN_EXT)
        faces = [
            face("latin", LATIN),
            face("latin-ext", LATIN_EXT),
            *(
                stand_in(name, names, latin, bold(package, Path(folder)))
                for name, (package, names) in STAND_INS.items()
            ),
        ]
    STYLES.write_text("/* Made by scripts/font.py. */\n\n" + "\n\n".join(faces) + "\n")


def unpacked(package: str, folder: Path) -> Path:
    """Unpack an npm package; return the folder of its files."""
    pack = ["npm", "pack", "--silent", package]
    name = subprocess.run(pack, cwd=folder, check=True, capture_output=True, text=True).stdout
    into = folder / name.strip().removesuffix(".tgz")
    with tarfile.open(folder / name.strip()) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


def made(newsreader: Path, subset: str, letters: str) -> TTFont:
    """Write the font reduced to these letters, and return it."""
    font = TTFont(
        newsreader / f"files/newsreader-{subset}-standard-normal.woff2", recalcTimestamp=False
    )
    font = instantiateVariableFont(font, {"wght": WEIGHT, "opsz": OPTICAL_SIZE})
    options = Options()
    options.layout_features, options.hinting = FEATURES, False
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]  # the copyright and licence, too
    subsetter = Subsetter(options)
    has = within(letters)
    subsetter.populate(unicodes=[each for each in font.getBestCmap() if has(each)])
    subsetter.subset(font)
    font.flavor = "woff2"
    path = FONTS / f"newsreader-{subset}-680.woff2"
    font.save(path)
    print(f"{path.name}: {path.stat().st_size:,} bytes", file=sys.stderr)
    return font


def within(letters: str) -> Callable[[int], bool]:
    """Return whether a code point is in a style sheet's `unicode-range`."""
    ranges = [part.removeprefix("U+").split("-") for part in letters.split(", ")]
    spans = [(int(each[0], 16), int(each[-1], 16)) for each in ranges]
    return lambda code: any(low <= code <= high for low, high in spans)


def bold(package: str, folder: Path) -> TTFont:
    if package == "dejavu":
        return TTFont(unpacked(DEJAVU, folder) / "ttf/DejaVuSerif-Bold.ttf")
    files = unpacked(f"@fontsource/{package}@5.3.0", folder) / "files"
    return TTFont(files / f"{package}-latin-700-normal.woff2")


def face(subset: str, letters: str) -> str:
    return f"""@font-face {{
  font-family: Newsreader;
  src: url("../fonts/newsreader-{subset}-680.woff2") format("woff2");
  font-weight: {WEIGHT};
  font-display: swap;
  unicode-range: {letters};
}}"""


def stand_in(name: str, local: list[str], wanted: TTFont, font: TTFont) -> str:
    """Return the `@font-face` of a system's font, scaled to our font's width and height."""
    scale = width(wanted) / width(font)
    above, below, between = (
        value / wanted["head"].unitsPerEm / scale
        for value in (wanted["hhea"].ascent, -wanted["hhea"].descent, wanted["hhea"].lineGap)
    )
    sources = ",\n    ".join(f'local("{each}")' for each in local)
    return f"""@font-face {{
  font-family: "{name}";
  src: {sources};
  font-weight: {WEIGHT};
  size-adjust: {scale:.2%};
  ascent-override: {above:.2%};
  descent-override: {below:.2%};
  line-gap-override: {between:.2%};
}}"""


def width(font: TTFont) -> float:
    """Return the mean width of a letter in English text, in parts of the font's size."""
    letters, widths = font.getBestCmap(), font["hmtx"].metrics
    total = sum(widths[letters[ord(each)]][0] * often for each, often in FREQUENCY.items())
    return float(total / sum(FREQUENCY.values()) / font["head"].unitsPerEm)


if __name__ == "__main__":
    main()
