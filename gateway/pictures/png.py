"""Paints a picture as PNG, for those who cannot show SVG: messengers, mail, some printers.

The letters come along (NotoSansSC.otf: GB 2312 and what names need beside it), because a box
without a screen has none.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from gateway.pictures.canvas import Anchor, Boxes, Canvas, Line, Word
from gateway.pictures.svg import MARGIN

SCALE = 2  # dots to a pixel: sharp on a phone and at 150 dots to the inch on paper
ANCHORS = {Anchor.START: "ls", Anchor.MIDDLE: "ms", Anchor.END: "rs"}


def painted(canvas: Canvas) -> bytes:
    """Give the picture as the bytes of a PNG file."""
    size = (_dots(canvas.width + 2 * MARGIN), _dots(canvas.height + 2 * MARGIN))
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    for shape in canvas.shapes:
        match shape:
            case Boxes():
                _boxes(draw, shape)
            case Line():
                places = [(_at(x), _at(y)) for x, y in shape.places]
                draw.line(places, fill=shape.stroke, width=max(1, _dots(shape.width)))
            case Word():
                _word(draw, shape)
    packed = image.quantize(256) if len(image.getcolors(1 << 16) or ()) <= 256 else image
    stream = BytesIO()
    packed.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _boxes(draw: ImageDraw.ImageDraw, boxes: Boxes) -> None:
    for x, y, width, height in boxes.extents:
        left, top, right, bottom = _at(x), _at(y), _at(x + width), _at(y + height)
        if right > left and bottom > top:
            draw.rectangle((left, top, right - 1, bottom - 1), fill=boxes.fill)


def _word(draw: ImageDraw.ImageDraw, word: Word) -> None:
    text = "".join(c if c.isprintable() else " " for c in word.text)
    x, y = word.place
    font = _letters(_dots(word.size))
    draw.text((_at(x), _at(y)), text, fill=word.fill, font=font, anchor=ANCHORS[word.anchor])


@cache
def _letters(size: int) -> ImageFont.FreeTypeFont:
    font = files("gateway").joinpath("pictures", "NotoSansSC.otf").read_bytes()
    return ImageFont.truetype(BytesIO(font), size, layout_engine=ImageFont.Layout.BASIC)


def _at(place: float) -> int:
    return _dots(place + MARGIN)


def _dots(pixels: float) -> int:
    return round(pixels * SCALE)
