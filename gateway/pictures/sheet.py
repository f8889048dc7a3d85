"""One sheet about one home: its days, its rhythm, and how both have changed."""

from gateway.language import Language, say
from gateway.pictures import actogram, changes, heat
from gateway.pictures.canvas import Canvas
from gateway.pictures.past import Past
from gateway.wording.plain import plain

BETWEEN = 14.0
NAME_LENGTH = 32  # more would leave the sheet, dates and all


def sheet(past: Past, language: Language) -> Canvas:
    """Draw everything that is known of a home's past days."""
    home = past.home
    name = plain(" ".join(dict.fromkeys(n for n in (home.name, home.resident) if n)), NAME_LENGTH)
    title = say(
        language, "picture.title", name=name, days=past.days, first=past.first, last=past.until
    )
    canvas = Canvas(actogram.WIDTH, title)
    canvas.word((0, 16), title, size=17)
    below = actogram.draw(canvas, past, language, 26)
    below = heat.draw(canvas, past.usual, language, below + BETWEEN)
    changes.draw(canvas, past, language, below + BETWEEN)
    return canvas
