"""Stories of the outer door: who is not back, who said so before, and what goes on meanwhile."""

from datetime import timedelta

from msgspec import structs

from edge.household import Household
from edge.model import Away, Back, Device, Kind, Outcome, Overdue, Routine, Severity, State
from tests.homes import DEVICES, home
from tests.stories.story import Story

HOLIDAY = timedelta(days=3)


def routine(story: Story, days: int = 28) -> Story:
    """Live some weeks with an hour of shopping every morning."""
    for _ in range(days):
        story.lives_until("09:30").motion("kitchen").after(minutes=2).door()
        story.after(minutes=60).door().after(minutes=1).motion("kitchen")
        for clock in ("12:00", "15:00", "18:20", "20:50", "22:10"):
            story.at(clock).motion("kitchen").reports()
    return story


# Of rooms and routine there is little in these days: their own stories tell of them.
NO_ROOMS = Routine(stay=False, crawling=False, anchor=False, wandering=False, bed=False)


def shopper() -> Story:
    return routine(Story(structs.replace(home(), routine=NO_ROOMS)))


def leaves(story: Story) -> Story:
    return story.lives_until("09:30").motion("kitchen").after(minutes=2).door()


def goes_on(story: Story, hours: float) -> Story:
    """Let hours pass in which only the devices report."""
    for _ in range(int(hours)):
        story.after(hours=1).reports()
    return story


def told_of(story: Story) -> list[str]:
    """Give the rules of which somebody was told, in order."""
    rules = {alert.id: str(alert.finding.rule) for alert in story.outcome.alerts}
    return [rules[each] for each in dict.fromkeys(notice.alert for notice in story.told())]


def test_who_is_not_back_in_the_evening_is_told_and_the_door_ends_it() -> None:
    story = leaves(shopper())
    goes_on(story, 12)
    assert "not_back" in story.rules()
    alert = story.alert("not_back")
    assert alert.finding.severity is Severity.URGENT
    assert isinstance(alert.finding.because, Overdue)
    assert {notice.recipient for notice in story.told()} >= {"daughter"}
    story.door().after(minutes=1)
    assert story.alert("not_back").state is State.RESOLVED


def test_an_ordinary_month_with_shopping_tells_nobody() -> None:
    shopper().expects()


def test_a_holiday_that_was_declared_the_evening_before_tells_nobody() -> None:
    story = shopper().lives_until("20:00")
    until = (story.now.wall + HOLIDAY).astimezone(story.zone)
    story.declares(Away("daughter", until))
    leaves(story)
    goes_on(story, 55)
    story.door().after(minutes=1).motion("kitchen").after(hours=1).motion("bedroom").expects()


def test_smoke_in_a_declared_absence_is_told_at_once_to_everyone() -> None:
    story = shopper()
    story.declares(Away("daughter", story.now.wall + HOLIDAY))
    goes_on(leaves(story), 20)
    before = story.now
    story.smoke()
    assert story.rules() == ["smoke"]
    assert {notice.recipient for notice in story.told(before)} == {"daughter", "duty"}


def test_who_falls_silent_while_packing_is_noticed_although_an_absence_is_declared() -> None:
    story = shopper().lives_until("09:30").motion("kitchen")
    story.declares(Away("daughter", story.now.wall + HOLIDAY))
    goes_on(story, 23)
    assert "inactivity" in story.rules()


def test_who_comes_back_early_and_collapses_is_noticed_before_the_declared_end() -> None:
    story = shopper()
    story.declares(Away("daughter", story.now.wall + 5 * HOLIDAY))
    goes_on(leaves(story), 50)
    story.door().after(minutes=1).motion("kitchen")
    goes_on(story, 24)
    assert "inactivity" in story.rules()


def test_who_is_not_back_from_a_declared_absence_is_told_once_by_the_rule_that_knows_it() -> None:
    story = shopper()
    story.declares(Away("daughter", story.now.wall + timedelta(hours=30)))
    goes_on(leaves(story), 40)
    assert told_of(story) == ["not_back"]
    because = story.alert("not_back").finding.because
    assert isinstance(because, Overdue) and because.declared_by == "daughter"


def test_a_word_that_they_are_back_begins_a_new_silence_and_no_old_one() -> None:
    story = shopper()
    story.declares(Away("daughter", story.now.wall + 2 * HOLIDAY))
    goes_on(leaves(story), 30)
    story.declares(Back("daughter"))
    story.after(minutes=5).expects()
    goes_on(story, 24)
    assert story.rules() == ["inactivity"]


def test_the_journey_is_not_learned_as_a_silence_that_is_usual() -> None:
    calm, journey = shopper(), shopper()
    goes_on(calm.lives_until("22:30"), 0)
    journey.declares(Away("daughter", journey.now.wall + HOLIDAY))
    goes_on(leaves(journey), 40).door().after(minutes=1).motion("kitchen")
    routine(journey, 1)
    routine(calm, 3)
    waits = []
    for story in (calm, journey):
        story.lives_until("14:00").motion("kitchen")
        began = story.now
        for _ in range(24 * 6):
            story.after(minutes=10)
            if "inactivity" in story.rules():
                break
        waits.append((story.now.wall - began.wall).total_seconds() / 3600)
    assert abs(waits[0] - waits[1]) < 1.5


def test_the_silence_of_a_home_whose_resident_is_not_back_is_told_once_nobody_knows_where() -> None:
    story = leaves(shopper())
    goes_on(story, 24)
    assert story.alert("inactivity").inhibited_by == story.alert("not_back").id
    assert told_of(story) == ["not_back"]
    story.ends("not_back", Outcome.UNKNOWN)
    assert told_of(story) == ["not_back", "inactivity"]


def test_who_was_called_well_and_still_does_not_come_is_asked_for_again_a_day_later() -> None:
    story = leaves(shopper())
    goes_on(story, 12)
    story.ends("not_back", Outcome.WELL)
    goes_on(story, 4)
    assert told_of(story) == ["not_back"]
    goes_on(story, 21)
    assert told_of(story) == ["not_back", "inactivity"]


def test_who_is_back_is_told_as_back_and_nothing_else() -> None:
    story = leaves(shopper())
    goes_on(story, 24).door().after(minutes=1).motion("kitchen")
    assert told_of(story) == ["not_back"]
    assert story.alert("inactivity").state is State.RESOLVED


# -- what watches the watchers, meanwhile

BEATING = Device(
    "hall_climate", "hall", "温湿度", frozenset({Kind.TEMPERATURE}), "mqtt", "zigbee2mqtt"
)
EVENTS_ONLY = structs.replace(
    next(d for d in DEVICES if d.id == "bathroom_motion"),
    id="toilet_motion",
    clears_after=timedelta(seconds=90),
)


def watched_home() -> Story:
    of = home(devices=(*DEVICES, BEATING, EVENTS_ONLY))
    return Story(structs.replace(of, routine=NO_ROOMS))


def away_with_reports(story: Story, hours: int, *speaking: str) -> Story:
    """Let hours pass in which these devices report every half hour."""
    for _ in range(2 * hours):
        story.after(minutes=30)
        for device in speaking:
            kind = Kind.TEMPERATURE if device == "hall_climate" else Kind.LINK_QUALITY
            story.reads(device, kind, 20)
    return story


OTHERS = tuple(d.id for d in DEVICES if d.id not in ("bathroom_motion",))


def used(story: Story) -> Story:
    """Let two days pass in which everything is heard."""
    for number in range(2 * 48):
        for device in (*OTHERS, "bathroom_motion"):
            story.reads(device, Kind.LINK_QUALITY, 20)
        story.reads("hall_climate", Kind.TEMPERATURE, 20).after(minutes=7 * number % 25)
        story.reads("toilet_motion", Kind.MOTION, True).motion("kitchen")
        story.after(minutes=29 - 7 * number % 25)
    return story.motion("kitchen")


def test_a_sensor_that_speaks_only_of_people_is_no_fault_while_nobody_is_there() -> None:
    story = used(watched_home())
    story.declares(Away("daughter", story.now.wall + HOLIDAY)).after(minutes=1).door()
    away_with_reports(story, 60, *OTHERS, "bathroom_motion", "hall_climate").expects()


def test_a_sensor_with_a_beat_is_a_fault_in_an_absence_too() -> None:
    story = used(watched_home())
    story.declares(Away("daughter", story.now.wall + HOLIDAY)).after(minutes=1).door()
    away_with_reports(story, 30, *OTHERS, "bathroom_motion")
    assert story.rules() == ["silent"]
    assert story.alert("silent").finding.subject == "hall_climate"


def test_after_the_return_a_sensor_that_stays_silent_is_missed_in_its_own_time() -> None:
    story = used(watched_home())
    story.declares(Away("daughter", story.now.wall + HOLIDAY)).after(minutes=1).door()
    away_with_reports(story, 60, *OTHERS, "bathroom_motion", "hall_climate")
    story.door().after(minutes=1).motion("kitchen")
    told_after = None
    for hour in range(30):
        away_with_reports(story, 1, *OTHERS, "bathroom_motion", "hall_climate")
        story.motion("kitchen")
        if told_after is None and "silent" in story.rules():
            told_after = hour + 1
    assert told_after == 24


# -- restarts


def test_a_restart_anywhere_in_a_declared_absence_changes_nothing() -> None:
    plain, restarted = shopper(), shopper()
    for story, restarts in ((plain, False), (restarted, True)):
        story.declares(Away("daughter", story.now.wall + timedelta(hours=30)))
        for step in (leaves, lambda s: goes_on(s, 10), lambda s: goes_on(s, 22)):
            step(story)
            if restarts:
                alerts = story.household.book.alerts
                story.household = Household.restore(story.home, story.household.snapshot(), alerts)
    assert told_of(plain) == told_of(restarted) == ["not_back"]
    assert plain.alert("not_back").id == restarted.alert("not_back").id


def test_one_who_was_well_all_the_time_is_not_told_again_in_the_same_outing() -> None:
    story = leaves(shopper())
    goes_on(story, 12)
    story.ends("not_back", Outcome.WELL).after(seconds=1)
    before = story.now
    goes_on(story, 4)
    assert [n for n in story.told(before) if n.alert == story.alert("not_back").id] == []
