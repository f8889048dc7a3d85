"""What caregivers are told of a slow change: how it was, how it is now, since when."""

from datetime import timedelta

from edge.model import Measure, Shift, Shifted
from gateway.wording.telling import Telling

HOUR = 60  # minutes
FIVE = 5  # minutes to which a length is told
STEP = 10  # minutes to which a time of day is told: nobody rises by the minute

PHRASES: dict[str, dict[str, str]] = {
    "zh": {
        "head": "最近的生活和以前不一样了，已经持续了两周以上：",
        "row": "· {what}，大约从{since}开始",
        "foot": "这不是紧急情况，只提示这一次，以后就以现在的样子为准。",
        "day": "{month}{day}日",
        "rising": "起床：以前 {before} 左右，现在 {now} 左右",
        "night_visits": "夜里去卫生间：以前平均每夜 {before} 次，现在 {now} 次",
        "outings": "出门：以前平均每天 {before} 次，现在 {now} 次",
        "activity.more": "在家走动：比以前多了 {percent}%",
        "activity.less": "在家走动：比以前少了 {percent}%",
        "room_changes.more": "在房间之间走动：比以前多了 {percent}%",
        "room_changes.less": "在房间之间走动：比以前少了 {percent}%",
        "longest_quiet": "白天最长一段没有动静：以前约 {before}，现在约 {now}",
    },
    "en": {
        "head": "Daily life is not what it used to be, and has not been for two weeks or more:",
        "row": "· {what}, since about {since}",
        "foot": "This is no emergency and is told once: from now on this counts as usual.",
        "day": "{day} {month}",
        "rising": "Up in the morning: at about {before} before, at about {now} now",
        "night_visits": "Bathroom visits a night: {before} on average before, {now} now",
        "outings": "Outings a day: {before} on average before, {now} now",
        "activity.more": "Moving about at home: {percent}% more than before",
        "activity.less": "Moving about at home: {percent}% less than before",
        "room_changes.more": "Walking from room to room: {percent}% more than before",
        "room_changes.less": "Walking from room to room: {percent}% less than before",
        "longest_quiet": "Longest time without movement by day: about {before} before, about {now}"
        " now",
    },
}


def lines(because: Shifted, telling: Telling) -> list[str]:
    """Put the reason into words."""
    phrases = PHRASES[telling.language]
    return [
        phrases["head"],
        *(_row(shift, phrases, telling) for shift in because.shifts),
        phrases["foot"],
    ]


def _row(shift: Shift, phrases: dict[str, str], telling: Telling) -> str:
    month = telling.words.months.split()[shift.since.month - 1]
    since = phrases["day"].format(month=month, day=shift.since.day)
    return phrases["row"].format(what=_what(shift, phrases, telling), since=since)


def _what(shift: Shift, phrases: dict[str, str], telling: Telling) -> str:
    before, now = shift.before, shift.now
    match shift.measure:
        case Measure.ACTIVITY | Measure.ROOM_CHANGES:
            way = "more" if now > before else "less"
            percent = round(100 * abs(now / before - 1)) if before else 100
            return phrases[f"{shift.measure}.{way}"].format(percent=percent)
        case Measure.RISING:
            told = [_clock(before), _clock(now)]
        case Measure.LONGEST_QUIET:
            told = [_lasting(before, telling), _lasting(now, telling)]
        case _:
            told = [f"{before:.1f}", f"{now:.1f}"]
    return phrases[str(shift.measure)].format(before=told[0], now=told[1])


def _lasting(minutes: float, telling: Telling) -> str:
    return telling.times.lasting(timedelta(minutes=round(minutes / FIVE) * FIVE))


def _clock(minutes: float) -> str:
    rounded = round(minutes / STEP) * STEP
    return f"{rounded // HOUR}:{rounded % HOUR:02}"
