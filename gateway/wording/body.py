"""What is said of vital signs, of bracelets and of what followed a fall, in Chinese and English.

Titles, advice and what is said at the end stand with every other rule's in the languages' files.
"""

from edge.model import After, Aftermath, Bound, Kind, Sensed, Unworn, Vital
from gateway.wording.telling import Telling

RAREST = 1000  # days; past it the number says no more than "hardly ever"

PHRASES = {
    "zh": {
        "heart_rate": "心率",
        "spo2": "血氧",
        "body_temperature": "体温",
        "per_minute": "每分钟 {value} 次",
        "percent": "{value}%",
        "degrees": "{value}℃",
        "now_low": "{kind}偏低：{value}（{device}，{readings} 次测量，持续 {lasting}）。",
        "now_high": "{kind}偏高：{value}（{device}，{readings} 次测量，持续 {lasting}）。",
        "once_low": "{kind}偏低：{value}（{device}）。",
        "once_high": "{kind}偏高：{value}（{device}）。",
        "at_rest": "测的时候人没有在走动。",
        "hard_low": "低于设定的下限（{limit}）。",
        "hard_high": "超过设定的上限（{limit}）。",
        "own": "还没有到危险的限度，但和本人平时不一样。",
        "usual_between": "这个时段本人一般不低于{low}，不超过{high}（{days} 天的记录）。",
        "usual_low": "这个时段本人一般不低于{low}（{days} 天的记录）。",
        "usual_high": "这个时段本人一般不超过{high}（{days} 天的记录）。",
        "expected": "这样的情况大约 {days} 天才有一次。",
        "since": "开始：{since}（当地时间）",
        "measured": "最近一次测量：{time}",
        "unworn": "{device}从{since}起没有戴在身上。不戴的时候，跌倒和身体情况它都不知道。",
        "unworn_alone": "家里没有别的传感器能看到人，现在不知道{resident}的情况。",
        "still": "跌倒以后已有 {lasting}没有任何动静，人可能还倒在地上起不来。",
        "still_again": "跌倒以后起来活动过，可是又有 {lasting}没有任何动静了，可能又倒下了。",
        "up_rooms": "跌倒以后家里又有人走动（{rooms}），可能已经自己起来了，但还没有人确认。",
        "up_steps": "跌倒以后手环又走了 {steps} 步，可能已经自己起来了，但还没有人确认。",
        "seen": "之前最后一次动静在{room}（{time}）。{device}随身带，人现在不一定还在那里。",
        "off": "当时手环没有戴在身上，也可能是手环掉到了地上。",
    },
    "en": {
        "heart_rate": "Heart rate",
        "spo2": "Blood oxygen",
        "body_temperature": "Body temperature",
        "per_minute": "{value} a minute",
        "percent": "{value}%",
        "degrees": "{value} °C",
        "now_low": "{kind} low: {value} ({device}, {readings} readings over {lasting}).",
        "now_high": "{kind} high: {value} ({device}, {readings} readings over {lasting}).",
        "once_low": "{kind} low: {value} ({device}).",
        "once_high": "{kind} high: {value} ({device}).",
        "at_rest": "Measured while not walking.",
        "hard_low": "Below the lower limit set, {limit}.",
        "hard_high": "Above the upper limit set, {limit}.",
        "own": "Not beyond a limit of danger, but not as usual for this person.",
        "usual_between": "At this hour usually between {low} and {high} ({days} days measured).",
        "usual_low": "At this hour usually not below {low} ({days} days measured).",
        "usual_high": "At this hour usually not above {high} ({days} days measured).",
        "expected": "That is expected about once in {days} days.",
        "since": "Since {since} (local time)",
        "measured": "Last measured: {time}",
        "unworn": "{device} has not been worn since {since}. Off the body it knows of no fall and"
        " of nothing else.",
        "unworn_alone": "No other sensor in the home sees anybody: how {resident} is, is not known"
        " now.",
        "still": "Nothing has moved for {lasting} since the fall: somebody may be on the floor and"
        " unable to get up.",
        "still_again": "Somebody was up after the fall, but nothing has moved for {lasting} since:"
        " possibly another fall.",
        "up_rooms": "Since the fall somebody walks about again ({rooms}). Probably up again, but"
        " nobody has made sure.",
        "up_steps": "Since the fall {steps} more steps were counted. Probably up again, but nobody"
        " has made sure.",
        "seen": "Last movement before: {room}, {time}. {device} is worn: they may be elsewhere.",
        "off": "The bracelet was not worn then: it may have been the bracelet that fell.",
    },
}
UNITS = {
    Kind.HEART_RATE: "per_minute",
    Kind.SPO2: "percent",
    Kind.BODY_TEMPERATURE: "degrees",
}


def vital(because: Vital, telling: Telling) -> list[str]:
    """Tell of a vital sign: what was measured, how long, against which line, what is usual."""
    say, times = PHRASES[telling.language], telling.times
    side, once = "high" if because.is_high else "low", because.readings <= 1
    now = say[f"{'once' if once else 'now'}_{side}"].format(
        kind=say[because.kind],
        value=_figure(because.kind, because.value, telling),
        device=telling.device(because.device),
        readings=because.readings,
        lasting=times.lasting(because.lasting),
    )
    rest = say["at_rest"] if because.kind is Kind.HEART_RATE else ""
    since = say["since"].format(since=times.with_age(because.began))
    return [
        _joined(telling, now, rest),
        _joined(telling, _line(because, telling), *_usual(because, telling)),
        since,
        say["measured"].format(time=times.at(because.at)),
    ]


def _line(because: Vital, telling: Telling) -> str:
    say = PHRASES[telling.language]
    if because.bound is Bound.OWN:
        return say["own"]
    limit = _figure(because.kind, because.limit, telling)
    return say["hard_high" if because.is_high else "hard_low"].format(limit=limit)


def _usual(because: Vital, telling: Telling) -> list[str]:
    say = PHRASES[telling.language]
    bounds = (because.usual_low, because.usual_high)
    low, high = (None if b is None else _figure(because.kind, b, telling) for b in bounds)
    if low is None and high is None:
        return []
    key = "usual_between" if low and high else "usual_low" if low else "usual_high"
    usual = [say[key].format(low=low, high=high, days=because.days)]
    if because.expected_days is not None:
        days = min(max(round(because.expected_days), 1), RAREST)
        usual.append(say["expected"].format(days=days))
    return usual


def unworn(because: Unworn, telling: Telling) -> list[str]:
    """Tell of a bracelet that lies about."""
    say = PHRASES[telling.language]
    since, device = telling.times.at(because.since), telling.device(because.device)
    alone = say["unworn_alone"].format(resident=telling.resident) if because.alone else ""
    return [say["unworn"].format(device=device, since=since), alone]


def call(because: Sensed, telling: Telling) -> list[str]:
    """Tell, of a call for help, where its caller was seen last and what followed a fall."""
    say, times, after = PHRASES[telling.language], telling.times, because.after
    lines = []
    if because.seen_at is not None:
        room, device = telling.room(because.seen_room), telling.device(because.device)
        time = times.with_age(because.seen_at)
        lines.append(say["seen"].format(device=device, time=time, room=room))
    if because.is_worn is False:
        lines = [say["off"]]  # then where the wearer was says nothing
    if after is not None:
        lines.append(_after(after, telling))
    return lines


def _after(after: Aftermath, telling: Telling) -> str:
    rooms = telling.several([telling.room(room) for room in after.rooms])
    lasting = telling.times.lasting(telling.at - after.since)
    if after.after is After.STILL:
        key = "still_again" if after.rooms or after.steps else "still"
    else:
        key = "up_steps" if after.steps else "up_rooms"
    say = PHRASES[telling.language]
    return say[key].format(rooms=rooms, lasting=lasting, steps=after.steps)


def _figure(kind: Kind, value: float, telling: Telling) -> str:
    number = f"{value:.1f}" if kind is Kind.BODY_TEMPERATURE else f"{value:.0f}"
    return PHRASES[telling.language][UNITS[kind]].format(value=number)


def _joined(telling: Telling, *sentences: str) -> str:
    return telling.words.gap.join(sentence for sentence in sentences if sentence)
