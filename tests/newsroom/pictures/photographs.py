"""Pictures that compress like photographs: soft shapes, some texture, and grain."""

from io import BytesIO

from PIL import Image, ImageChops, ImageFilter


def photograph(width: int, height: int) -> bytes:
    """Return a JPEG as a camera writes it."""
    size = (width, height)
    shapes = _noise(size, 80, 120)
    texture = _noise(size, 8, 60)
    grain = Image.effect_noise(size, 16).filter(ImageFilter.GaussianBlur(0.8))
    light = Image.linear_gradient("L").resize(size)
    grey = Image.blend(Image.blend(shapes, light, 0.5), texture, 0.2)
    grey = ImageChops.add(grey, grain, scale=1.6, offset=-40)
    turned = shapes.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    bands = (grey, Image.blend(grey, turned, 0.4), Image.blend(grey, light, 0.4))
    file = BytesIO()
    Image.merge("RGB", bands).save(file, "JPEG", quality=92)
    return file.getvalue()


def _noise(size: tuple[int, int], coarse: int, sigma: int) -> Image.Image:
    small = (max(1, size[0] // coarse), max(1, size[1] // coarse))
    return Image.effect_noise(small, sigma).resize(size, Image.Resampling.BICUBIC)
