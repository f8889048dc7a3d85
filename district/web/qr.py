"""A QR code as a picture in a page: an authenticator's secret, or a label in a home."""

import segno
from markupsafe import Markup

QUIET = 4  # modules around it (ISO/IEC 18004, 6.3.8)


def picture(text: str) -> Markup:
    """Give a text as SVG. Raises ValueError where it is too long for any code."""
    code = segno.make_qr(text, error="m", encoding="utf-8")
    drawn = code.svg_inline(
        border=QUIET, omitsize=True, light="#fff", svgclass="qr-code", lineclass=None
    )
    return Markup(drawn)
