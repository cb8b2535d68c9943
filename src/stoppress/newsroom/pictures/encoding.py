"""Read a picture, and write it in the sizes that pages need; only for a process with limits."""

import warnings
from hashlib import sha256
from io import BytesIO

from PIL import AvifImagePlugin, ExifTags, Image, ImageChops, ImageCms, PngImagePlugin

from stoppress.newsroom.phrase import Phrase, marked

from .encoded import Encoded, NotAPicture, Rendition
from .offered import offered
from .signatures import refusal

WIDTHS = (320, 640, 960, 1280, 1920)
JPEG_WIDTHS = (640, 1280)
# A WebP may be 16,383 pixels high, but a page that long is encoded for half a minute.
MOST_HIGH = 6000
QUALITY = 80
# For drawings: red letters blur if colours have half the resolution of light.
SHARP_QUALITY = 92
DRAWN_FORMATS = ("PNG", "GIF")
# The share of pixels equal to their left neighbour in a chart or screenshot; in a photograph, 0.1.
LEAST_FLAT = 0.5
# How much larger than a lossy WebP a lossless WebP may be.
MOST_LOSSLESS = 2
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")

# Smaller ones are icons, spacers and the dots that count readers.
LEAST_SIDE = 32
# How much longer one side may be than the other.
MOST_RATIO = 20
# The 64 megapixels of a phone's camera, 9248 × 6936, are a little more.
MOST_PIXELS = 70_000_000
# Rows that are made opaque and narrow at a time: a whole picture would need its memory thrice.
ROWS = 256

Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice as many, before it decodes
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread would reserve memory
PngImagePlugin.MAX_TEXT_CHUNK = 4 * 1024 * 1024  # of texts and profiles, unpacked

DAMAGED = marked(
    "It is damaged and cannot be read. Open it in a picture program, and save it anew."
)
TRUNCATED = marked("It ends too early: a part is missing. Copy or export the file again.")
MOVING = marked("It is an animation. Choose a still picture, or export one of its frames.")
SMALL = marked(
    "It has %(width)d × %(height)d pixels; it needs %(least)d or more on each side. Choose a "
    "larger one."
)
LONG = marked(
    "It has %(width)d × %(height)d pixels: one side is more than %(most)d times the other. Crop it."
)
LARGE = marked(
    "It has more than %(most)d million pixels. Make it smaller: pages show %(width)d pixels of "
    "width at most."
)
LARGE_TEXTS = marked(
    "The texts or colours stored in it are too large. Export it again without metadata."
)
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def encode(data: bytes) -> Encoded:
    """Check a file by its content, and return its picture in several sizes.

    Raises:
        NotAPicture: it is not a picture, or of a kind that is not accepted.
        MemoryError: it needs more memory than the process has.
    """
    if words := refusal(data):
        raise NotAPicture(words)
    try:
        with warnings.catch_warnings(action="ignore"):
            return _encode(data)
    except (NotAPicture, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise NotAPicture(_large()) from error
    except Exception as error:  # Pillow's decoders name no common error for a damaged file
        raise NotAPicture(_words(error)) from error


def _words(error: Exception) -> Phrase:
    said = str(error).lower()
    if "decompressed data too large" in said or "too much memory used in text" in said:
        return Phrase(LARGE_TEXTS)
    words = TRUNCATED if "truncated" in said or isinstance(error, EOFError) else DAMAGED
    return Phrase(words)


def _large() -> Phrase:
    return Phrase(LARGE, most=MOST_PIXELS // 1_000_000, width=WIDTHS[-1])


def _encode(data: bytes) -> Encoded:
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        turned = _orientation(image)
        upright = image.size if turned not in (5, 6, 7, 8) else image.size[::-1]
        _check_size(*upright)
        # A phone's JPEG may contain further pictures, such as a depth map.
        if image.format not in ("JPEG", "MPO") and getattr(image, "is_animated", False):
            raise NotAPicture(Phrase(MOVING))
        wanted = _wanted(*upright)
        small = _shrunk(image, wanted if turned not in (5, 6, 7, 8) else wanted[::-1])
        small = _srgb(small, image.info.get("icc_profile"))
        if turned in _TURNED:
            small = small.transpose(_TURNED[turned])
        digest = sha256(data).hexdigest()
        drawn = image.format in DRAWN_FORMATS and _is_flat(small)
        return Encoded(digest, *wanted, _renditions(small, drawn), *offered(image))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged metadata do not damage the picture
        return 1


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise NotAPicture(_large())
    if min(width, height) < LEAST_SIDE:
        raise NotAPicture(Phrase(SMALL, width=width, height=height, least=LEAST_SIDE))
    if max(width, height) > MOST_RATIO * min(width, height):
        raise NotAPicture(Phrase(LONG, width=width, height=height, most=MOST_RATIO))


def _wanted(width: int, height: int) -> tuple[int, int]:
    """Return the size of the largest rendition."""
    scale = min(1, WIDTHS[-1] / width, MOST_HIGH / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrunk(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture on white, in the given size, with the same visible colours."""
    image.draft(None, size)  # a JPEG is decoded at a half, a quarter or an eighth of its size
    image.load()
    if image.width * image.height > MOST_PIXELS:  # a frame may exceed what the head says
        raise NotAPicture(_large())
    factor = max(1, min(image.width // (2 * size[0]), image.height // (2 * size[1])))
    narrow: Image.Image | None = None
    for top in range(0, image.height, ROWS * factor):
        rows = image.crop((0, top, image.width, min(top + ROWS * factor, image.height)))
        rows = _opaque(rows).reduce(factor)
        rows = rows.resize((size[0], rows.height), Image.Resampling.LANCZOS)
        narrow = narrow or Image.new(rows.mode, (size[0], -(-image.height // factor)))
        narrow.paste(rows, (0, top // factor))
    assert narrow is not None
    return narrow.resize(size, Image.Resampling.LANCZOS)


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda grey: grey * (1 / 256) + 0).convert("L")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        return white
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                ImageCms.Intent.RELATIVE_COLORIMETRIC,
                "RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        except (ImageCms.PyCMSError, OSError):
            converted = None  # the profile is damaged, or of other colours than the picture
        if converted is not None:
            converted.info.clear()
            return converted
    return image.convert("RGB")


def _is_flat(image: Image.Image) -> bool:
    """Return whether most pixels of a picture are like their left neighbour."""
    left = image.crop((0, 0, image.width - 1, image.height))
    right = image.crop((1, 0, image.width, image.height))
    red, green, blue = ImageChops.difference(left, right).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.histogram()[0] >= LEAST_FLAT * most.width * most.height


def _renditions(image: Image.Image, drawn: bool) -> list[Rendition]:
    jpeg: dict[str, object] = {"optimize": True, "progressive": True}
    if drawn:
        jpeg |= {"quality": SHARP_QUALITY, "subsampling": "4:4:4"}
    widths = {width for width in WIDTHS if width < image.width} | {image.width}
    jpegs = {min(width, image.width) for width in JPEG_WIDTHS}
    made = []
    for width in sorted(widths):
        webp = _rendition(image, width, "webp", "WEBP", method=4)
        made.append(_sharp(image, webp) if drawn else webp)
        if width in jpegs:
            made.append(_rendition(image, width, "jpg", "JPEG", **jpeg))
    return made


def _sharp(image: Image.Image, lossy: Rendition) -> Rendition:
    """Return the WebP of a drawing: lossless, if that is not much larger."""
    exact = _rendition(image, lossy.width, "webp", "WEBP", method=4, lossless=True)
    if len(exact.data) <= MOST_LOSSLESS * len(lossy.data):
        return exact
    how = {"quality": SHARP_QUALITY, "use_sharp_yuv": True}
    return _rendition(image, lossy.width, "webp", "WEBP", method=4, **how)


def _rendition(
    image: Image.Image, width: int, ending: str, format: str, **how: object
) -> Rendition:
    if width < image.width:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    assert not image.info, "what a file says of itself would be written too"
    file = BytesIO()
    image.save(file, format, **{"quality": QUALITY} | how)
    return Rendition(image.width, image.height, ending, file.getvalue())
