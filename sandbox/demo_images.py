"""Draws a landscape for each demo tour: sky, sun and layers of hills, sea, temples or lanterns."""

import io
import math
import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1000, 667
Colour = tuple[int, int, int]
Draw = Callable[[ImageDraw.ImageDraw, random.Random, list[Colour]], None]


@cache
def draw_scene(seed: str, palette: tuple[str, str, str], motif: str) -> bytes:
    """A WebP of 1000 by 667 pixels; the same seed draws the same scene, and only once."""
    rng = random.Random(seed)  # noqa: S311 - a picture, not a secret
    dark, light, accent = (_rgb(colour) for colour in palette)
    image = _sky(light, accent)
    sun_x = rng.randint(WIDTH // 4, 3 * WIDTH // 4)
    image = _sun(image, sun_x, light)
    canvas = ImageDraw.Draw(image)
    tones = [_mix(light, dark, share) for share in (0.35, 0.55, 0.75, 0.95)]
    MOTIFS[motif](canvas, rng, tones)
    stream = io.BytesIO()
    image.filter(ImageFilter.SMOOTH).save(stream, "WEBP", quality=82)
    return stream.getvalue()


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (
        round(one + (two - one) * share) for one, two in zip(first, second, strict=True)
    )
    return red, green, blue


def _sky(light: Colour, accent: Colour) -> Image.Image:
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        column.putpixel((0, y), _mix(accent, _mix(light, (255, 255, 255), 0.35), y / HEIGHT))
    return column.resize((WIDTH, HEIGHT))


def _sun(image: Image.Image, x: int, light: Colour) -> Image.Image:
    glow = Image.new("RGB", image.size, _mix(light, (255, 255, 255), 0.8))
    mask = Image.new("L", image.size, 0)
    circle = ImageDraw.Draw(mask)
    for radius, strength in ((190, 40), (130, 70), (75, 235)):
        circle.ellipse((x - radius, 250 - radius, x + radius, 250 + radius), fill=strength)
    return Image.composite(glow, image, mask.filter(ImageFilter.GaussianBlur(6)))


def _ridge(rng: random.Random, base: int, height: int, bends: float) -> list[tuple[float, float]]:
    phase, second = rng.random() * 7, rng.random() * 7
    points = [
        (
            float(x),
            base
            - height
            * (
                0.6 * math.sin(x / WIDTH * bends + phase)
                + 0.4 * math.sin(x / WIDTH * bends * 2.7 + second)
            ),
        )
        for x in range(0, WIDTH + 10, 10)
    ]
    return [(0.0, float(HEIGHT)), *points, (float(WIDTH), float(HEIGHT))]


def _hills(canvas: ImageDraw.ImageDraw, rng: random.Random, tones: list[Colour]) -> None:
    for layer, tone in enumerate(tones):
        canvas.polygon(_ridge(rng, 380 + 80 * layer, 60 - 8 * layer, 9 + layer), fill=tone)


def _karst(canvas: ImageDraw.ImageDraw, rng: random.Random, tones: list[Colour]) -> None:
    _water(canvas, tones, 470)
    for layer, tone in enumerate(tones):
        for _ in range(7 - layer):
            x, width = rng.randint(-50, WIDTH), rng.randint(70, 170)
            top = 470 - rng.randint(90, 260) + layer * 35
            foot = 480 + layer * 35
            canvas.polygon(
                [
                    (x, foot),
                    (x + 8, top + 60),
                    (x + width // 3, top),
                    (x + 2 * width // 3, top + 15),
                    (x + width - 6, top + 80),
                    (x + width, foot),
                ],
                fill=tone,
            )
    _boat(canvas, 560, tones[-1])


def _river(canvas: ImageDraw.ImageDraw, rng: random.Random, tones: list[Colour]) -> None:
    _hills(canvas, rng, tones[:3])
    _water(canvas, tones, 520)
    _boat(canvas, rng.randint(250, 700), tones[-1])
    for _ in range(5):
        _palm(canvas, rng.randint(20, WIDTH - 20), rng.randint(560, 640), tones[-1])


def _sea(canvas: ImageDraw.ImageDraw, rng: random.Random, tones: list[Colour]) -> None:
    _water(canvas, tones, 400)
    canvas.polygon(_ridge(rng, 395, 18, 14), fill=tones[1])
    _water(canvas, tones, 430)
    _boat(canvas, rng.randint(300, 650), tones[-1])
    canvas.polygon(_ridge(rng, 630, 14, 5), fill=_mix(tones[0], (255, 240, 210), 0.6))
    for _ in range(3):
        _palm(canvas, rng.randint(30, 260), rng.randint(600, 660), tones[-1])


def _temple(canvas: ImageDraw.ImageDraw, rng: random.Random, tones: list[Colour]) -> None:
    _hills(canvas, rng, tones[:2])
    for offset, scale in ((-230, 0.7), (230, 0.7), (0, 1.0)):
        _tower(canvas, WIDTH // 2 + offset, 560, scale, tones[3])
    canvas.rectangle((180, 540, WIDTH - 180, 575), fill=tones[3])
    _water(canvas, tones, 580)


def _tower(canvas: ImageDraw.ImageDraw, x: int, foot: int, scale: float, tone: Colour) -> None:
    for step in range(9):
        half = (70 - step * 7.5) * scale
        top = foot - (step + 1) * 30 * scale
        canvas.rectangle((x - half, top, x + half, top + 32 * scale), fill=tone)
    canvas.polygon(
        [
            (x - 8 * scale, foot - 270 * scale),
            (x, foot - 340 * scale),
            (x + 8 * scale, foot - 270 * scale),
        ],
        fill=tone,
    )


def _lantern(canvas: ImageDraw.ImageDraw, rng: random.Random, tones: list[Colour]) -> None:
    _hills(canvas, rng, tones)
    for _ in range(14):
        x, y, size = rng.randint(40, WIDTH - 40), rng.randint(30, 330), rng.randint(14, 34)
        warm = _mix((255, 214, 120), tones[0], rng.random() * 0.4)
        canvas.line((x, 0, x, y - size), fill=tones[3], width=2)
        canvas.ellipse((x - size, y - size * 0.8, x + size, y + size * 0.8), fill=warm)
        canvas.rectangle((x - size // 3, y - size, x + size // 3, y - size * 0.7), fill=tones[3])


def _city(canvas: ImageDraw.ImageDraw, rng: random.Random, tones: list[Colour]) -> None:
    for layer, tone in enumerate(tones):
        x = -20
        while x < WIDTH:
            width, height = rng.randint(40, 110), rng.randint(80, 300 - layer * 50)
            canvas.rectangle((x, 580 - height + layer * 20, x + width, HEIGHT), fill=tone)
            x += width + rng.randint(4, 24)
    _water(canvas, tones, 610)


def _water(canvas: ImageDraw.ImageDraw, tones: list[Colour], top: int) -> None:
    for y in range(top, HEIGHT, 6):
        share = (y - top) / max(1, HEIGHT - top)
        canvas.rectangle((0, y, WIDTH, y + 6), fill=_mix(tones[0], tones[2], share))


def _boat(canvas: ImageDraw.ImageDraw, x: int, tone: Colour) -> None:
    canvas.polygon([(x, 540), (x + 120, 540), (x + 98, 562), (x + 20, 562)], fill=tone)
    canvas.polygon(
        [(x + 55, 535), (x + 55, 440), (x + 108, 520)], fill=_mix(tone, (255, 120, 80), 0.5)
    )


def _palm(canvas: ImageDraw.ImageDraw, x: int, foot: int, tone: Colour) -> None:
    canvas.line((x, foot, x + 12, foot - 120), fill=tone, width=7)
    for angle in range(0, 360, 45):
        radians = math.radians(angle)
        tip = (x + 12 + 62 * math.cos(radians), foot - 120 + 30 * math.sin(radians) + 12)
        canvas.line((x + 12, foot - 120, *tip), fill=tone, width=6)


MOTIFS: dict[str, Draw] = {
    "karst": _karst,
    "river": _river,
    "sea": _sea,
    "temple": _temple,
    "lantern": _lantern,
    "city": _city,
}
