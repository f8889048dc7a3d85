"""Writes a picture as SVG: small, sharp at any size, its words to be searched and read aloud."""

from xml.sax.saxutils import escape

from gateway.pictures.canvas import Boxes, Canvas, Line, Shape

MARGIN = 12.0
FONTS = "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"


def written(canvas: Canvas) -> str:
    """Give the picture as the text of an SVG 1.1 file."""
    width, height = canvas.width + 2 * MARGIN, canvas.height + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}"'
        f' viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONTS}" role="img">'
    )
    title = f"<title>{_text(canvas.title)}</title>"
    sheet = f'<rect width="{_n(width)}" height="{_n(height)}" fill="#ffffff"/>'
    inside = f'<g transform="translate({_n(MARGIN)} {_n(MARGIN)})">'
    return "\n".join(
        [head, title, sheet, inside, *map(_shape, canvas.shapes), "</g>", "</svg>", ""]
    )


def _shape(shape: Shape) -> str:
    match shape:
        case Boxes():
            paths = (
                f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"
                for x, y, width, height in shape.extents
            )
            return f'<path fill="{shape.fill}" d="{"".join(paths)}"/>'
        case Line():
            places = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.places)
            stroke = f'stroke="{shape.stroke}" stroke-width="{_n(shape.width)}"'
            return f'<polyline fill="none" {stroke} points="{places}"/>'
        case _:
            x, y = shape.place
            where = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{shape.anchor}"'
            how = f'font-size="{_n(shape.size)}" fill="{shape.fill}"'
            return f"<text {where} {how}>{_text(shape.text)}</text>"


def _n(value: float) -> str:
    """Write a number no longer than it can be seen."""
    return f"{value:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    """Give text that is valid in XML: names may hold anything."""
    return escape("".join(c if c.isprintable() else " " for c in text))
