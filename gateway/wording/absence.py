"""What caregivers are told of somebody who went out and is not back."""

from datetime import timedelta

from edge.model import Limit, Overdue
from gateway.wording.plain import plain
from gateway.wording.telling import Telling

LEAST_TOLD = timedelta(minutes=15)  # whoever is out for less at an hour is at home then
RAREST = 1000  # days; past it the number says no more than "hardly ever"

PHRASES: dict[str, dict[str, str]] = {
    "zh": {
        "gone": "从大门看，人出去了还没有回来，家里一直没有动静。",
        "left": "出门：{left}（当地时间）",
        "usual": "这个时段平时最多在外面 {usual}。",
        "at_home": "这个时段平时人都在家。",
        "never": "近四周有 {of} 天出过门，没有一天出去这么久（最长 {longest}）。",
        "seldom": "近四周有 {of} 天出过门，其中 {on} 天出去这么久（最长 {longest}）。",
        "young": "这个家的外出才记录了 {of} 天，先按一般家庭：出门 12 小时没回来就通知您。",
        "expected": "这样久的外出，大约 {days} 天才有一次。",
        "declared": "{by}说过外出到{until} 为止，到现在家里还没有动静。",
    },
    "en": {
        "gone": "By the outer door somebody has gone out and is not back; nothing moves at home.",
        "left": "Left: {left} (local time)",
        "usual": "At this hour usually out for {usual} at most.",
        "at_home": "At this hour usually at home.",
        "never": "There were outings on {of} days of the last four weeks, none of them so long"
        " (longest: {longest}).",
        "seldom": "There were outings on {of} days of the last four weeks, so long ones on {on}"
        " (longest: {longest}).",
        "young": "Outings were watched on {of} days only, so others are the measure: you are told"
        " after 12 hours.",
        "expected": "So long an outing comes about once in {days} days.",
        "declared": "{by} had said that nobody would be at home until {until}. Nothing has moved"
        " there since.",
    },
}


def lines(because: Overdue, telling: Telling) -> list[str]:
    """Put the reason into words."""
    phrases, times = PHRASES[telling.language], telling.times
    left = phrases["left"].format(left=times.with_age(because.left_at))
    if because.declared_until is not None:
        until = times.at(because.declared_until)
        by = plain(because.declared_by) or telling.resident
        return [phrases["declared"].format(by=by, until=until), left]
    return [phrases["gone"], left, telling.words.gap.join(_unusual(because, telling))]


def _unusual(because: Overdue, telling: Telling) -> list[str]:
    phrases, lasting = PHRASES[telling.language], telling.times.lasting
    if because.limit is Limit.POPULATION:
        return [phrases["young"].format(of=because.of_days)]
    is_out = because.usual >= LEAST_TOLD
    said = [phrases["usual" if is_out else "at_home"].format(usual=lasting(because.usual))]
    if because.of_days:
        how_often = phrases["seldom" if because.as_long_on else "never"]
        longest = lasting(because.longest)
        on, of = because.as_long_on, because.of_days
        said.append(how_often.format(on=on, of=of, longest=longest))
    if because.expected_days is not None:
        days = min(max(round(because.expected_days), 1), RAREST)
        said.append(phrases["expected"].format(days=days))
    return said
