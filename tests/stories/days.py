"""Days that are lived from room to room, minute by minute, for stories of rooms and nights."""

from datetime import timedelta
from functools import cache

from msgspec import structs

from edge.model import Device, Home, Kind, Moment
from tests.homes import DEVICES, home
from tests.stories.story import Story

# To the bathroom at night; up, washed, breakfast; the kitchen and the bedroom by turns; to bed.
NIGHT = "02:40 bedroom,02:42 bathroom,02:46 bathroom,02:48 bedroom,02:50 bedroom,"
MORNING = (
    "06:50 bedroom,06:53 bathroom,06:58 bathroom,07:04 bedroom,07:10 kitchen,07:14 kitchen,"
    "07:20 kitchen,07:31 kitchen,"
)
NOON = (
    "08:30 bedroom,08:40 bedroom,08:52 bedroom,09:10 bathroom,09:13 bathroom,09:17 kitchen,"
    "09:40 kitchen,09:52 bedroom,10:10 bedroom,10:31 bedroom,10:50 kitchen,11:05 kitchen,"
    "11:20 kitchen,11:40 kitchen,12:00 kitchen,12:15 kitchen,12:40 bedroom,12:43 bedroom,"
    "13:20 bedroom,13:50 bedroom,14:05 bathroom,14:08 bathroom,14:12 kitchen,"
)
EVENING = (
    "14:40 kitchen,15:00 kitchen,15:20 bedroom,15:40 bedroom,16:00 bedroom,16:20 kitchen,"
    "16:40 kitchen,17:00 kitchen,17:30 kitchen,18:00 kitchen,18:20 bathroom,18:24 bathroom,"
    "18:28 bedroom,19:00 bedroom,19:30 bedroom,20:00 kitchen,20:10 kitchen,20:40 bedroom,"
    "21:30 bathroom,21:36 bathroom,21:40 bedroom,21:44 bedroom,21:50 bedroom"
)
DAY = NIGHT + MORNING + NOON + EVENING

MAT = Device("mat", "bedroom", "床垫", frozenset({Kind.PRESENCE}), "mqtt", "zigbee2mqtt", bed=True)


def home_with_a_bed() -> Home:
    """Give the usual home with a bed that tells whether somebody lies in it."""
    return structs.replace(home(), devices=(*DEVICES, MAT))


def move_to(story: Story, clock: str, shift: int = 0) -> Story:
    """Go on to this clock of the story's present day, so many minutes later."""
    hour, minute = (int(part) for part in clock.split(":"))
    local = story.now.wall.astimezone(story.zone)
    then = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return story._until(Moment.of(then + timedelta(minutes=shift)))


def live(story: Story, *parts: str, shift: int = 0) -> Story:
    """Live parts of the present day; every sensor reports at each of them."""
    for event in ",".join(part.strip(",") for part in parts).split(","):
        clock, room = event.split()
        move_to(story, clock, shift).reports().motion(room)
    return story


def live_days(story: Story, days: int, *parts: str) -> Story:
    """Live so many days, a little later or earlier each; ends at the midnight after them."""
    for number in range(days):
        live(story, *(parts or (DAY,)), shift=(5 * number) % 9)
        midnight(story)
    return story


def midnight(story: Story) -> Story:
    """Go on to the next midnight; every sensor reports each hour."""
    day = story.now.wall.astimezone(story.zone).date()
    while story.now.wall.astimezone(story.zone).date() == day:
        local = story.now.wall.astimezone(story.zone)
        ahead = timedelta(minutes=60 - local.minute, seconds=-local.second)
        story.after(seconds=ahead.total_seconds())
        if story.now.wall.astimezone(story.zone).date() == day:
            story.reports()
    return story


def wait(story: Story, hours: float) -> Story:
    """Let time pass in which nothing moves and every sensor reports each half hour."""
    for _ in range(round(2 * hours)):
        story.after(minutes=30).reports()
    return story


KNOWN = 20  # days after which what is usual here is known


@cache
def lived_days() -> bytes:
    """Give what a household remembers of twenty ordinary days."""
    return live_days(Story(home()), KNOWN).expects().household.snapshot()


def known(lived: bytes, of: Home | None = None) -> Story:
    """Give a story that begins at the midnight after those days."""
    story = Story(of or home())
    story.household = story.household.restore(story.home, lived)
    story.now = story.now.plus(timedelta(days=KNOWN))
    story.journal.clear()
    return story


def lies_still(story: Story, rule: str) -> timedelta:
    """Give how long after the present an alert of this rule comes where nothing moves."""
    began = story.now
    return wait(story, 24).alert(rule).opened.since(began)
