"""What is said of rooms, routine, nights and bed, in Chinese and English.

Titles, advice and what is said at the end stand with every other rule's in the languages' files.
"""

from edge.model import Abed, Missed, Roaming, Sparse, Stay
from gateway.wording.telling import Telling

LEAST_DAYS = 3  # of fewer nothing is said to be usual
MOST_DAYS = 1000  # past it the number says no more than "hardly ever"

PHRASES = {
    "zh": {
        "stay": "一直在{room}，已有 {lasted}，别的房间都没有动静。",
        "last": "最后一次动静：{time}，{device}",
        "stay_usual": "平时这个时段在{room}最多待 {usual}（{days} 天的记录）。",
        "stay_never": "平时这个时段不会在{room}久待（{days} 天的记录）。",
        "stay_unsure": "别的房间里有传感器这段时间没有任何消息，也可能是它坏了。",
        "sparse": "已有 {lasted}只在{room}偶尔有点动静（{moves} 次），没有正常走动。"
        "人可能倒在地上起不来。",
        "sparse_usual": "平时这个时段这样的情况最多 {usual}（{days} 天的记录）。",
        "latest": "最近一次动静：{time}，{room}",
        "missed": "今天还没有去过{room}。平时大约 {usually} 就去了，最晚也不过 {latest}"
        "（{of_days} 天里有 {on_days} 天）。",
        "roaming": "夜里起来后一直在走动，已有 {lasted}，换了 {moves} 次房间：{rooms}。",
        "roaming_usual": "平时夜里这个时段起来最多 {usual}（{nights} 夜的记录）。",
        "roaming_never": "平时夜里这个时段不起来（{nights} 夜的记录）。",
        "left": "{time} 从“{door}”出去了，之后家里没有动静，还没有回来。",
        "left_usual": "平时夜里这个时候不出门（{nights} 夜的记录）。",
        "abed": "一直在床上，已有 {lasted}。",
        "abed_usual": "平时到这个时段最多躺 {usual}（{days} 天的记录）。",
        "unbed": "夜里下床后没有回来，已有 {lasted}。",
        "unbed_seen": "下床后最后一次动静：{time}，{room}",
        "unbed_unseen": "下床后别处没有任何动静。",
        "unbed_usual": "平时夜里下床最多 {usual}就回来（{days} 夜的记录）。",
        "young": "这个家的记录还不多，先按一般家庭判断。",
        "expected": "这样的情况大约 {days} 天才有一次。",
    },
    "en": {
        "stay": "In the room {room} for {lasted}, with no sign of life in any other room.",
        "last": "Last sign of life: {time}, {device}",
        "stay_usual": "At this hour a stay in {room} is usually no longer than {usual}"
        " (learned from {days} days).",
        "stay_never": "At this hour nobody usually stays in {room} for long"
        " (learned from {days} days).",
        "stay_unsure": "A sensor of another room has not reported meanwhile; it may be broken"
        " instead.",
        "sparse": "For {lasted} only now and then a movement in {room} ({moves} times) and no"
        " ordinary walking about. Somebody may be on the floor and unable to get up.",
        "sparse_usual": "At this hour such a time is usually no longer than {usual}"
        " (learned from {days} days).",
        "latest": "Latest movement: {time}, {room}",
        "missed": "Has not been in {room} yet today. Usually that is at about {usually}, and at"
        " {latest} at the latest (on {on_days} of {of_days} days).",
        "roaming": "Got up in the night and has been walking about for {lasted}, with {moves}"
        " changes of room: {rooms}.",
        "roaming_usual": "At this hour of the night being up usually lasts no longer than {usual}"
        " (learned from {nights} nights).",
        "roaming_never": "At this hour of the night nobody is usually up (learned from {nights}"
        " nights).",
        "left": "Went out through “{door}” {time}; nothing has moved at home since, and nobody has"
        " come back.",
        "left_usual": "Nobody usually goes out at this hour of the night (learned from {nights}"
        " nights).",
        "abed": "In bed for {lasted} without getting up.",
        "abed_usual": "By this hour it is usually no longer than {usual} (learned from {days}"
        " days).",
        "unbed": "Got out of bed in the night {lasted} ago and has not come back to it.",
        "unbed_seen": "Last movement since then: {time}, {room}",
        "unbed_unseen": "Nothing has moved anywhere else since then.",
        "unbed_usual": "At night it usually takes no longer than {usual} (learned from {days}"
        " nights).",
        "young": "This home is not known for long yet; what is usual in most homes was taken.",
        "expected": "That is expected about once in {days} days.",
    },
}


def stay(because: Stay, telling: Telling) -> list[str]:
    """Tell of somebody who does not come out of a room."""
    say, times, room = _Say(telling), telling.times, telling.room(because.room)
    device = telling.device(because.device, because.room)
    key = "stay_usual" if because.usual else "stay_never"
    usual = times.lasting(because.usual)
    return [
        say("stay", room=room, lasted=telling.lasted(because.lasted)),
        say("last", time=times.with_age(because.last_at), device=device),
        say.together(
            say.if_known(because.days, key, room=room, usual=usual, days=because.days),
            say.expected(because.expected_days),
        ),
        say("stay_unsure") if because.is_unsure else "",
    ]


def sparse(because: Sparse, telling: Telling) -> list[str]:
    """Tell of somebody who only moves now and then."""
    say, times, room = _Say(telling), telling.times, telling.room(because.room)
    usual = times.lasting(because.usual)
    return [
        say("sparse", room=room, lasted=telling.lasted(because.lasted), moves=because.moves),
        say("latest", time=times.at(because.last_at), room=room),
        say.together(
            say.if_known(because.days, "sparse_usual", usual=usual, days=because.days),
            say.expected(because.expected_days),
        ),
    ]


def missed(because: Missed, telling: Telling) -> list[str]:
    """Tell of a room that was not visited this morning."""
    say, times = _Say(telling), telling.times
    last = times.with_age(because.last_at)
    return [
        say(
            "missed",
            room=telling.room(because.room),
            usually=times.clock(because.usually_at),
            latest=times.clock(because.latest_at),
            on_days=because.on_days,
            of_days=because.of_days,
        ),
        say("latest", time=last, room=telling.room(because.last_room)),
        say.expected(because.expected_days),
    ]


def roaming(because: Roaming, telling: Telling) -> list[str]:
    """Tell of somebody who is up, or out, at night."""
    say, times, nights = _Say(telling), telling.times, because.nights
    if because.door_at is not None:
        doors = [each.id for each in telling.home.devices if each.outer_door]
        door = telling.devices(doors)
        return [
            say("left", time=times.at(because.door_at), door=door),
            say.if_known(nights, "left_usual", nights=nights),
        ]
    key = "roaming_usual" if because.usual else "roaming_never"
    rooms = telling.several([telling.room(room) for room in because.rooms])
    lasted, usual = telling.lasted(because.lasted), times.lasting(because.usual)
    last = telling.room(because.rooms[-1]) if because.rooms else ""
    return [
        say("roaming", lasted=lasted, moves=because.moves, rooms=rooms),
        say("latest", time=times.at(because.last_at), room=last) if last else "",
        say.together(
            say.if_known(nights, key, usual=usual, nights=nights),
            say.expected(because.expected_days),
        ),
    ]


def abed(because: Abed, telling: Telling) -> list[str]:
    """Tell of somebody who does not get up, or not come back to bed."""
    say, times = _Say(telling), telling.times
    key = "abed" if because.is_in else "unbed"
    usual = times.lasting(because.usual)
    known = because.days if because.usual else 0
    return [
        say(key, lasted=telling.lasted(because.lasted)),
        _since_the_bed(because, telling),
        say.together(
            say.if_known(known, f"{key}_usual", usual=usual, days=because.days),
            say.expected(because.expected_days),
        ),
    ]


def _since_the_bed(because: Abed, telling: Telling) -> str:
    say = _Say(telling)
    if because.is_in:
        return ""
    if because.last_at is None:
        return say("unbed_unseen")
    time, room = telling.times.at(because.last_at), telling.room(because.last_room)
    return say("unbed_seen", time=time, room=room)


class _Say:
    """Fills the phrases of one language."""

    def __init__(self, telling: Telling) -> None:
        self._phrases = PHRASES[telling.language]
        self._gap = telling.words.gap

    def __call__(self, key: str, **values: object) -> str:
        return self._phrases[key].format(**values)

    def if_known(self, known: int, key: str, **values: object) -> str:
        """Say what is usual, or that too little is known."""
        return self(key, **values) if known >= LEAST_DAYS else self("young")

    def expected(self, days: float | None) -> str:
        """Say how rare it is."""
        if days is None:
            return ""
        return self("expected", days=min(max(round(days), 1), MOST_DAYS))

    def together(self, *sentences: str) -> str:
        """Put sentences on one line."""
        return self._gap.join(each for each in sentences if each)
