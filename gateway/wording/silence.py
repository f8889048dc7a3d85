"""What is told of a silence: last sign of life, what is usual here, how often, door, sensors.

The same facts stand in the alert as data; whom to call stands with every other rule's advice.
"""

from edge.model import ZERO, Limit, Silence, Wear
from edge.signs import gives_life
from gateway.wording.telling import Telling

PHRASES: dict[str, dict[str, str]] = {
    "zh": {
        "silent": "已有 {duration}没有任何动静。",
        "asked": "{time} 在家里问过，没有回应。",
        "answers": "平时这个时候问 10 次，大约会应 {times} 次。",
        "never": "开始看护以来还没有过动静。",
        "vouched": "此后已有人 {count} 次说平安，家里却一直没有动静。",
        "last": "最后一次动静：{time}，{device}",
        "seen": "最后一次见到人：{time}",
        "learned": "这个时段一般安静不超过 {usual}（从这个家 {days} 天的生活中学到）。",
        "population": "一般人家这个时段安静不超过 {usual}"
        "（这个家才记录了 {days} 天，先按一般人家）。",
        "ceiling": "已到设定的最长时限 {ceiling}。",
        "as_long": "最近 {of_days} 天里，有 {count} 天在这个时段也安静过这么久，最长 {longest}。",
        "never_as_long": "最近 {of_days} 天，这个时段没有一天安静过这么久，最长 {longest}。",
        "expected": "这样反常的安静，大约 {days} 天才有一次。",
        "rare": "这样反常的安静，几年也难得一次。",
        "common": "单看时间长短，这样的安静平时也有。",
        "inactive": "之前 24 小时的活动只有平时的 {percent}%：人可能不舒服，也可能不在家。",
        "slowed": "所以这次通知得比平时晚。",
        "blind": "另有 {duration}设备听不到，没有算在内。",
        "door": "大门最后一次开关：{time}。",
        "away": "从大门看，人可能出去了。",
        "at_home": "从大门看，人应该在家。",
        "door_unused": "没有大门开关的记录。",
        "no_door": "大门没有传感器，看不出人是否出门了。",
        "witnesses": "能看到人的传感器（{count} 个）都正常。",
        "failing": "注意：{devices}失联或失灵，那里的动静看不到。",
        "worn": "手环戴着。",
        "pulse": "手环戴着，{time} 测到心率 {pulse}。",
        "steps": "最后走动：{time}。",
        "not_worn": "手环从{time} 起没有戴，不知道人怎样。",
        "off": "手环没有戴，不知道人怎样。",
    },
    "en": {
        "silent": "No movement at all for {duration}.",
        "asked": "Asked at home {time}: no answer.",
        "answers": "At this hour about {times} of 10 such questions are answered.",
        "never": "There was no movement since the watch began.",
        "vouched": "Somebody has said {count} times since that all is well; nothing has moved.",
        "last": "Last movement: {time}, {device}",
        "seen": "Last known to be well: {time}",
        "learned": "At this hour it is seldom quiet for more than {usual} (learned from {days}"
        " days of this home).",
        "population": "At this hour homes are seldom quiet for more than {usual} (this home"
        " was watched for {days} days only, so others are the measure).",
        "ceiling": "The longest time allowed, {ceiling}, has passed.",
        "as_long": "On {count} of the last {of_days} days it was quiet for as long around this"
        " hour; the longest was {longest}.",
        "never_as_long": "On none of the last {of_days} days was it quiet for so long around"
        " this hour; the longest was {longest}.",
        "expected": "So unusual a quiet comes about once in {days} days.",
        "rare": "So unusual a quiet comes once in years.",
        "common": "By its length alone such a quiet is nothing unusual.",
        "inactive": "In the 24 hours before there was {percent}% of the usual activity:"
        " perhaps unwell, perhaps not at home.",
        "slowed": "So you are told later than on other days.",
        "blind": "A further {duration}, when the sensors could not be heard, are not counted.",
        "door": "The outer door was last used {time}.",
        "away": "By the door, the resident may have gone out.",
        "at_home": "By the door, the resident should be at home.",
        "door_unused": "The outer door has not been seen in use.",
        "no_door": "The outer door has no sensor: whether somebody went out is not known.",
        "witnesses": "Sensors that see movement: {count}, all in order.",
        "failing": "Mind: {devices} cannot be relied on, movement there goes unseen.",
        "worn": "The bracelet is worn.",
        "pulse": "The bracelet is worn; heart rate {pulse} ({time}).",
        "steps": "Last steps: {time}.",
        "not_worn": "The bracelet has not been worn since {time}.",
        "off": "The bracelet is not worn.",
    },
}
RARE = 1000  # days; past them the number says no more than "hardly ever"
QUIET = 80  # percent of the usual activity; with more of it a day is nothing to speak of
SELDOM = 3  # answers to ten questions; with fewer no answer says nothing


def lines(because: Silence, telling: Telling) -> list[str]:
    """Say it line by line: how long, since when and where, how unusual, door and sensors."""
    told = _Told(because, telling)
    unusual = [told.unusual(), told.before()]
    return [told.length(), told.last(), *unusual, told.around(), told.wear(because.wear)]


class _Told:
    """One silence in one language."""

    def __init__(self, because: Silence, telling: Telling) -> None:
        self._because = because
        self._telling = telling
        self._times = telling.times
        self._phrases = PHRASES[telling.language]

    def _say(self, key: str, **values: object) -> str:
        return self._phrases[key].format(**values)

    def _joined(self, *sentences: str) -> str:
        return self._telling.words.gap.join(each for each in sentences if each)

    def length(self) -> str:
        """Say how long it has been quiet, and whether the resident was asked."""
        because, lasts = self._because, self._because.silent_for
        if because.last_at is not None:
            # Whoever is told again hours later reads how long it is by then.
            lasts = max(lasts, self._telling.at - because.last_at - because.blind_for)
        silent = self._say("silent", duration=self._times.lasting(lasts))
        if because.asked_at is None:
            return silent
        asked = self._say("asked", time=self._times.at(because.asked_at))
        times = 0 if because.answers is None else round(10 * because.answers)
        answers = self._say("answers", times=times) if times >= SELDOM else ""
        return self._joined(silent, asked, answers)

    def last(self) -> str:
        """Say what was the last sign of life, and where."""
        because = self._because
        if because.last_at is None:
            return self._say("never")
        time = self._times.at(because.last_at)
        if not because.last_device:
            seen, count = self._say("seen", time=time), because.vouched
            return self._joined(seen, self._say("vouched", count=count) if count > 1 else "")
        device = self._telling.device(because.last_device, because.last_room)
        return self._say("last", time=time, device=device)

    def unusual(self) -> str:
        """Say what is usual, on how many days it was like this, and once in how many days."""
        return self._joined(self._limit(), self._days(), self._expected())

    def before(self) -> str:
        """Say how little went on before it, and how long nothing could be heard."""
        blind_for = self._because.blind_for
        if blind_for <= ZERO:
            return self._inactive()
        blind = self._say("blind", duration=self._times.lasting(blind_for))
        return self._joined(self._inactive(), blind)

    def _limit(self) -> str:
        because, days = self._because, self._because.days
        usual = self._times.lasting(because.usual)
        match because.limit:
            case Limit.LEARNED:
                return self._say("learned", usual=usual, days=days)
            case Limit.POPULATION:
                return self._say("population", usual=usual, days=days)
            case Limit.CEILING:
                ceiling = self._times.lasting(self._telling.home.patience.ceiling)
                is_known = bool(days and because.usual)
                learned = self._say("learned", usual=usual, days=days) if is_known else ""
                return self._joined(self._say("ceiling", ceiling=ceiling), learned)

    def _days(self) -> str:
        because = self._because
        if not because.of_days:
            return ""
        longest = self._times.lasting(because.longest)
        if not because.as_long_on:
            return self._say("never_as_long", of_days=because.of_days, longest=longest)
        count = because.as_long_on
        return self._say("as_long", of_days=because.of_days, count=count, longest=longest)

    def _expected(self) -> str:
        expected = self._because.expected_days
        if expected is None:
            return ""
        if expected >= RARE:
            return self._say("rare")
        days = round(expected)
        return self._say("expected", days=days) if days > 1 else self._say("common")

    def _inactive(self) -> str:
        because = self._because
        if not because.usual_active:
            return ""
        percent = round(100 * because.active_half_hours / because.usual_active)
        if percent >= QUIET:
            return ""
        slowed = self._say("slowed") if because.hour_counts < 1 else ""
        return self._joined(self._say("inactive", percent=percent), slowed)

    def around(self) -> str:
        """Say what the outer door tells, and whether the sensors can be relied on."""
        return self._joined(self._door(), self._sensors())

    def _door(self) -> str:
        because = self._because
        if because.door_at is None:
            has_sensor = any(
                device.outer_door and gives_life(device) for device in self._telling.home.devices
            )
            return self._say("door_unused" if has_sensor else "no_door")
        door = self._say("door", time=self._times.at(because.door_at))
        return self._joined(door, self._say("away" if because.is_away else "at_home"))

    def _sensors(self) -> str:
        because = self._because
        if because.failing:
            return self._say("failing", devices=self._telling.devices(because.failing))
        return self._say("witnesses", count=because.witnesses) if because.witnesses else ""

    def wear(self, wear: Wear | None) -> str:
        """Say what a bracelet knows."""
        if wear is None or wear.is_worn is None:
            return ""
        if not wear.is_worn:
            if wear.since is None:
                return self._say("off")
            return self._say("not_worn", time=self._times.at(wear.since))
        worn = self._say("worn")
        if wear.pulse is not None and wear.pulse_at is not None:
            time = self._times.at(wear.pulse_at)
            worn = self._say("pulse", pulse=round(wear.pulse), time=time)
        steps = wear.steps_at
        return self._joined(worn, self._say("steps", time=self._times.at(steps)) if steps else "")
